"""The messages that one turn's tools post: each once, whatever becomes of the process meanwhile.

As for answers (consumer.posting) it is on record that a message is about to be sent, and that it
was; where only the first is, Campfire is asked. Here another attempt may want other words.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import structlog

from consumer.campfire.errors import CampfireUnclear, Gone, NoIndex, NotOffered
from consumer.campfire.sent_until import sent_until
from consumer.campfire_tools.acts.ledger import Posted
from consumer.campfire_tools.acts.turn_ledger import TurnLedger
from consumer.posting.announced import announced
from consumer.posting.patience import patiently
from consumer.posting.posts import TextPost, Try
from consumer.progress.marks.gone import is_gone
from consumer.queue.claim import Claim
from consumer.toolboxes import ToolFailed
from shared.catalogue import Catalogue
from shared.errors import CampfireError
from shared.kill_points import reached

How = Literal["sent", "stood", "changed", "kept"]
"""Sent now; an earlier attempt's, with these words; an earlier attempt's, given these words; an
earlier attempt's with other words, which nobody can change."""

log = structlog.get_logger()


NOT_THERE = "None of the messages that you posted in this turn has that number and still stands."


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one message."""

    number: int
    posted: Posted
    how: How


class TurnPosts:
    """Makes and changes the further messages of one attempt at a turn.

    Methods raise CampfireError, and Fenced when the claim is lost.
    """

    def __init__(
        self,
        ledger: TurnLedger,
        sentences: Catalogue,
        make_way: Callable[[Claim], Awaitable[None]],
    ) -> None:
        self._ledger, self._sentences = ledger, sentences
        self._make_way = make_way
        self.count = 0
        """How many this attempt has brought to their end: the number of the last one."""

    async def post(self, wanted: Sequence[Posted]) -> list[Brought]:
        """Have these next ones in the room, in order.

        Where one fails none of them has been counted: the next call takes their places.
        """
        async with self._ledger.lock:
            first = self.count
            try:
                return [await self._next(each) for each in wanted]
            except BaseException:
                self.count = first
                raise

    async def edit(self, number: int, wanted: Posted) -> None:
        """Give this attempt's n-th message other words."""
        async with self._ledger.lock:
            await self._edit(number - 1, self._own(number), wanted)

    async def delete(self, number: int) -> None:
        """Take this attempt's n-th message away."""
        async with self._ledger.lock:
            posted = self._own(number)
            # First on record: an attempt after this one would take it for one that stands.
            await self._record(number - 1, replace(posted, gone=True))
            try:
                await self._take_away(posted)
            except CampfireError:
                await self._record(number - 1, posted)
                raise

    async def _next(self, wanted: Posted) -> Brought:
        posts = self._ledger.posts
        if self.count == len(posts):
            how = await self._send(wanted, unclear=None)
        else:
            how = await self._instead_of(posts[self.count], wanted)
        self.count += 1
        log.info("tool_posted", number=self.count, how=how)
        return Brought(self.count, posts[self.count - 1], how)

    def _own(self, number: int) -> Posted:
        """This attempt's n-th, which is in the room; raises ToolFailed."""
        posted = self._ledger.posts[number - 1] if 0 < number <= self.count else None
        if posted is None or posted.gone or posted.message_id is None:
            raise ToolFailed(NOT_THERE)
        return posted

    async def _instead_of(self, known: Posted, wanted: Posted) -> How:
        """Bring what an earlier attempt recorded in this place to what is wanted."""
        if known.gone:
            await self._take_away(known)
            return await self._send(wanted, unclear=None)
        if known.message_id is None:
            return await self._send(wanted, unclear=known)
        return await self._adopt(known, wanted)

    async def _adopt(self, known: Posted, wanted: Posted) -> How:
        """An earlier attempt's stands in the room."""
        return "stood" if known.said == wanted.said else await self._change(known, wanted)

    async def _change(self, known: Posted, wanted: Posted) -> How:
        if not (await self._ledger.campfire.probe()).edit:
            return "kept"
        try:
            await self._edit(self.count, known, wanted)
        except NotOffered:
            return "kept"
        except Gone:
            return "kept"  # somebody has taken it away: nobody wants it a second time
        return "changed"

    async def _edit(self, place: int, known: Posted, wanted: Posted) -> None:
        with sent_until(await self._ledger.ours_until_s()):
            await self._ledger.room.edit(known.message_id or "", wanted.html)
        await self._record(place, replace(wanted, message_id=known.message_id))

    async def _take_away(self, known: Posted) -> None:
        if known.message_id is not None:
            await is_gone(self._ledger.room.delete(known.message_id))

    async def _send(self, wanted: Posted, *, unclear: Posted | None) -> How:
        """Send it; `unclear`: what was sent before in its place, and nobody saw arrive."""
        await self._make_way(self._ledger.claim)
        before, blind = list(self._ledger.posts), False
        for last_try in (False, True):
            if unclear is not None:
                found, blind = await self._look_for(unclear)
                if found is not None:
                    await self._record_posted(self.count, found)
                    return "sent" if unclear is wanted else await self._adopt(found, wanted)
            try:
                message_id = await self._try(wanted, before, blind=blind)
            except CampfireUnclear as error:
                log.warning("post_unclear", error=str(error))
                if last_try:
                    raise
                unclear = wanted
            else:
                await self._record_posted(self.count, replace(wanted, message_id=message_id))
                reached("tool.recorded")
                return "sent"
        raise AssertionError("the last try ends it")

    async def _try(self, wanted: Posted, before: list[Posted], *, blind: bool) -> str:
        post, attempt = TextPost(wanted.html, self._sentences), Try(blind=blind)

        async def once() -> str:
            await self._record(self.count, wanted)
            reached("tool.posting")
            async with announced(self._ledger.lanes, partial(self._restore, before)):
                return await post.send(self._ledger.room, attempt)

        message_id = await patiently(once)
        reached("tool.posted")
        return message_id

    async def _look_for(self, sent: Posted) -> tuple[Posted | None, bool]:
        """It, where it is in the room; and whether nobody can tell."""
        ids = [posted.message_id or "" for posted in self._ledger.posts[: self.count]]
        after = await self._ledger.lanes.lines.newest_known(self._ledger.claim, *ids)
        try:
            found = await TextPost(sent.html, self._sentences).find(self._ledger.room, after)
        except NoIndex:
            log.warning("repeat_labelled")
            return None, True
        log.info("post_looked_up", found=found is not None)
        return (replace(sent, message_id=found) if found else None), False

    async def _record(self, place: int, posted: Posted) -> None:
        self._ledger.posts[place : place + 1] = [posted]
        await self._ledger.keep()

    async def _record_posted(self, place: int, posted: Posted) -> None:
        self._ledger.posts[place : place + 1] = [posted]
        message_id = posted.message_id or ""
        await self._ledger.keep_posted(message_id)

    async def _restore(self, posts: Sequence[Posted]) -> None:
        self._ledger.posts[:] = posts
        await self._ledger.keep()

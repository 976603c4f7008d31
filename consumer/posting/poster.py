"""Posts what of a reply is not in the room yet, and keeps the ledger.

The ledger stands with the message in Redis: that a post is about to happen, and that it did.
Between the two it is unclear whether Campfire has it, and then Campfire is asked before it is
posted again.
"""

from dataclasses import dataclass
from functools import partial
from math import inf

import structlog

from consumer.campfire.client import Campfire
from consumer.campfire.errors import CampfireFailed, CampfireUnclear, NoIndex
from consumer.live.broadcast import Broadcast
from consumer.outbox.outbox import Outbox
from consumer.outcome.classify import classify, undeliverable
from consumer.outcome.outcome import Reply, Retry
from consumer.posting.announced import announced
from consumer.posting.patience import patiently
from consumer.posting.posts import REFUSED, NotPostable, Post, Try, last_word, posts_of
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from consumer.queue.lanes import Lanes
from shared.audit import NO_AUDIT, Audit, entry_of
from shared.catalogue import Catalogue
from shared.clocks.steady_time import steady_s
from shared.errors import CampfireError, is_bug
from shared.kill_points import reached
from shared.lane import Lane
from shared.numbers import whole_number

UNANNOUNCED = -inf
"""In the place of a time: that the first post is about to be made is not on record yet."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a reply."""

    ending: Reply | Retry
    """How the attempt ends."""
    unrecorded: tuple[str, ...] = ()
    """Its posts, where the last is in the room and not on record: the end is to record it."""


class Poster:
    """Posts replies of claimed messages as the bots that they were said to."""

    def __init__(
        self,
        campfire: Campfire,
        lanes: Lanes,
        live: Broadcast,
        sentences: Catalogue,
        outbox: Outbox,
        audit: Audit = NO_AUDIT,
    ) -> None:
        self._campfire = campfire
        self._lanes = lanes
        self._live = live
        self._sentences = sentences
        self._outbox = outbox
        self._audit = audit

    async def say(self, room_id: int, bot_id: str, html: str) -> None:
        """Post something of the service's own, once, without a ledger; raises CampfireError."""
        await self._campfire.room(Lane(room_id, bot_id)).post(html)

    async def post_reply(
        self,
        claim: Claim,
        reply: Reply,
        until_s: float = UNANNOUNCED,
        *,
        ends_at_once: bool = False,
    ) -> Delivery:
        """Post what is missing, in order; gives how the attempt then ends.

        `until_s`: until when, by the steady clock, the first post is announced in the ledger.
        `ends_at_once`: whoever asks ends the message next, and waits for nothing before: then the
        last post is left for that to record. Raises Fenced when the claim is lost.
        """
        try:
            unrecorded = await self._post_all(claim, reply, until_s, ends_at_once=ends_at_once)
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 - told there, in the log and as an outcome
            return Delivery(await self._failed(claim, error))
        return Delivery(reply, tuple(unrecorded))

    async def _failed(self, claim: Claim, error: Exception) -> Reply | Retry:
        """Of an answer that never came the audit tells beside the turn, which was answered."""
        name = type(error).__name__
        if is_bug(error):
            log.error("delivery_failed", error=name, exc_info=True)
            ending: Reply | Retry = undeliverable(error)
        else:
            log.error("delivery_failed", error=name, why=str(error))  # as Campfire's status
            ending = classify(error, claim.failures, self._sentences)
        if isinstance(ending, Reply):
            entry = entry_of(claim.message, claim.job_id, what="undelivered", detail=ending.reason)
            await self._audit.note(entry)
        return ending

    async def forget(self, claim: Claim) -> None:
        """The message is settled: its files are needed no more."""
        await self._outbox.outgoing.forget(claim.job_id)

    async def _post_all(
        self, claim: Claim, reply: Reply, until_s: float, *, ends_at_once: bool
    ) -> list[str]:
        """Of the first post that is missing an earlier attempt may not know the end. Gives all
        posts where the last of them is not on record.

        Raises Fenced, and CampfireError when a part would not go.
        """
        posts = posts_of(reply, self._outbox.outgoing, self._sentences)
        posted, unclear = list(claim.posted), claim.posting
        ends_it = ends_at_once and not reply.files and not reply.left_out and reply.edit is None
        for post in posts[len(posted) :]:
            is_end = ends_it and post is posts[-1]
            await self._post_once(
                *(claim, post, posted, len(posts)), unclear=unclear, until_s=until_s, is_end=is_end
            )
            if is_end:
                return posted
            unclear, until_s = False, UNANNOUNCED
        last = last_word(reply, posted, self._outbox.bounds, self._sentences)
        if last is not None and len(posted) == len(posts):
            await self._post_once(claim, last, posted, len(posts) + 1, unclear=unclear)
        if reply.edit is not None:
            await self._edit(claim, posted[reply.edit.part], reply.edit.html)
        return []

    async def _edit(self, claim: Claim, message_id: str, html: str) -> None:
        """Change a post; the same however often. A post that stays as it is is complete, too."""
        if whole_number(message_id) is None or not (await self._campfire.probe()).edit:
            return
        reached("turn.editing")
        try:
            await self._campfire.room(claim.message.lane).edit(message_id, html)
        except CampfireError as error:
            log.warning("reply_not_edited", error=type(error).__name__)
        else:
            log.info("reply_edited", posted_as=message_id)
        reached("turn.edited")

    async def _post_once(
        self,
        claim: Claim,
        post: Post,
        posted: list[str],
        parts: int,
        *,
        unclear: bool,
        until_s: float = UNANNOUNCED,
        is_end: bool = False,
    ) -> None:
        """Bring one post to its end, and record it; with `is_end` that is left to the next step."""
        try:
            found = await self._find_or_post(claim, post, posted, unclear=unclear, until_s=until_s)
            posted.append(found)
        except NotPostable as error:
            log.warning("file_not_posted", why=error.mark)
            posted.append(error.mark)
            await self._lanes.ledger.record(claim, posted=posted, posting=False)
        else:
            if not is_end:
                await self._lanes.ledger.record_post(claim, posted)
            told = posted[-1], len(posted), parts
            self._live.turn(claim).posted(*told, soon=not is_end)
        if not is_end:
            reached("turn.recorded")
        log.info("reply_posted", part=len(posted), parts=parts, posted_as=posted[-1])

    async def _find_or_post(
        self, claim: Claim, post: Post, posted: list[str], *, unclear: bool, until_s: float
    ) -> str:
        """Post it, unless an attempt whose end nobody saw has done so."""
        blind = failed = give_up = False
        while True:
            if unclear:
                try:
                    if found := await self._look_for(claim, post, posted):
                        return found
                except NoIndex:
                    log.warning("repeat_labelled")
                    blind = True
            if give_up:
                raise NotPostable(REFUSED)
            try:
                attempt = Try(blind=blind, failed=failed)
                return await self._post(claim, post, attempt, until_s)
            except CampfireUnclear as error:
                log.warning("post_unclear", error=str(error))
                again = post.expendable and isinstance(error, CampfireFailed)
                if unclear and not again:
                    raise  # twice in a row: the queue tries again later
                give_up = again and failed
                until_s = UNANNOUNCED
                unclear, failed = True, again

    async def _look_for(self, claim: Claim, post: Post, posted: list[str]) -> str | None:
        """Ask Campfire whether it is there; raises NoIndex where it cannot say."""
        message = claim.message
        after = await self._lanes.lines.newest_known(claim, *posted)
        found = await post.find(self._campfire.room(message.lane), after)
        log.info("post_looked_up", found=found is not None)
        return found

    async def _post(self, claim: Claim, post: Post, attempt: Try, until_s: float) -> str:
        withdraw = partial(self._lanes.ledger.record, claim, posting=False)

        async def once() -> str:
            nonlocal until_s
            if steady_s() >= until_s:
                await self._lanes.ledger.record(claim, posting=True)
                until_s = self._lanes.ledger.fresh_until_s()
            reached("turn.posting")
            once_s, until_s = until_s, UNANNOUNCED
            async with announced(self._lanes, withdraw, once_s):
                return await post.send(self._campfire.room(claim.message.lane), attempt)

        message_id = await patiently(once)
        reached("turn.posted")
        return message_id

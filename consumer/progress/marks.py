"""What a turn puts into the room besides its answer, and takes away again: one boost, one message.

A boost is replaced as people see it best: the new one is put up, then the old one taken down. What
stands is recorded around each step, so that whoever goes on after a crash leaves none behind.
"""

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from consumer.campfire.client import Campfire
from consumer.campfire.errors import CampfireUnclear, Gone
from consumer.progress.boost_ids import BoostIds
from consumer.queue.errors import Fenced
from shared.errors import CampfireError
from shared.kill_points import reached
from shared.numbers import whole_number

SEEN = "👀"


@dataclass(frozen=True, slots=True)
class Standing:
    """A boost of ours under the message."""

    id: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What stands in the room because of this message, and has to go when it ends."""

    boosts: tuple[Standing, ...] = ()
    """Two while one replaces the other, the newer one last."""
    above: int | None = None
    """A boost with an id above this may stand too: it was sent, and nobody saw it arrive."""
    message_id: str | None = None
    """Of the progress message."""
    posting: str | None = None
    """A progress message that was sent, and nobody saw arrive."""
    done: bool = False
    """All is as it stays: the message has ended, and its sign says how."""

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Traces":
        """What `wire` gave; of an earlier release one 👀 and a message."""
        known = dict(stored)
        old = known.pop("boost_id", None)
        boosts = [Standing(**boost) for boost in known.pop("boosts", ())]
        return cls(boosts=(*boosts, *([Standing(old, SEEN)] if old else [])), **known)

    def wire(self) -> dict[str, Any]:
        """As it is recorded: without what is as it is by default."""
        default = Traces()
        fields = asdict(self).items()
        return {name: value for name, value in fields if value != getattr(default, name)}

    @property
    def is_any(self) -> bool:
        """Whether anything stands, or may stand."""
        return bool(self.boosts or self.message_id or self.posting) or self.above is not None


class Keeping(Protocol):
    """The message's record, under the right to show signs at it."""

    async def record(self, traces: Traces) -> None:
        """Keep them where a successor finds them, should this process die.

        Raises Fenced when the right is lost: whoever has it now shows the signs.
        """
        ...


class Marks:
    """The marks at one asked message. Methods raise CampfireError, and Fenced."""

    def __init__(
        self,
        campfire: Campfire,
        room_id: int,
        key: str,
        asked_id: str,
        traces: Traces,
        keeping: Keeping,
        boost_ids: BoostIds,
    ) -> None:
        self._campfire = campfire
        self._room_id, self._key, self._asked_id = room_id, key, asked_id
        self._keeping, self._boost_ids = keeping, boost_ids
        self.traces = traces

    async def boost(self, text: str) -> None:
        """Have this text stand under the message, and no other of ours; empty: none."""
        if not self._is_in_the_room:
            return
        stays = self._standing(text)
        if stays is None and (text or self.traces.above is not None):
            stays = await self._put_up(text or SEEN)
        if stays is not None and self.traces.above is not None:
            await self._take_down_the_unseen(below=stays.id)
        for old in self.traces.boosts:
            if old != stays or not text:
                await self._take_down(old)

    async def show(self, html: str) -> None:
        """Bring the one message up to date, which the first call posts."""
        await self._find_message()
        if self.traces.message_id is None:
            await self._post(html)
        else:
            await self._leave()  # the right to do so, asked for again
            message_id = self.traces.message_id
            await self._campfire.edit(self._room_id, self._key, message_id, html)

    async def take_message(self) -> None:
        """Take the progress message away."""
        await self._find_message()
        if self.traces.message_id is not None:
            await self._leave()
            message_id = self.traces.message_id
            await _gone(self._campfire.delete(self._room_id, self._key, message_id))
            reached("progress.message_deleted")
            await self._leave(message_id=None)

    async def finish(self, sign: str) -> None:
        """The message has ended: its sign alone stays, or nothing for an empty one."""
        await self.take_message()
        await self.boost(sign)
        if self.traces.is_any:
            await self._leave(done=True)

    async def _find_message(self) -> None:
        """The one that was sent and not seen to arrive, where it did."""
        html = self.traces.posting
        if html is not None:
            after = whole_number(self._asked_id) or 0
            found = await self._campfire.find_own(self._room_id, self._key, html, after)
            await self._leave(message_id=found, posting=None)

    async def _post(self, html: str) -> None:
        await self._leave(posting=html)
        try:
            message_id = await self._campfire.post(self._room_id, self._key, html)
        except CampfireUnclear:
            raise
        except CampfireError:
            await self._leave(posting=None)
            raise
        reached("progress.message_posted")
        await self._leave(message_id=message_id, posting=None)

    async def _put_up(self, text: str) -> Standing:
        before = self.traces.above
        async with self._boost_ids.making() as newest:
            # The lowest that is known stays: what an earlier attempt sent may stand as well.
            await self._leave(above=newest if before is None else min(newest, before))
            boost = await self._send(text, before)
            reached("progress.boosted")
            await self._boost_ids.keep(boost.id)
            boosts = (*self.traces.boosts, boost)
            await self._own(boost, boosts=boosts, above=before, done=False)
        reached("progress.boost_recorded")
        return boost

    async def _own(self, boost: Standing, **changes: Any) -> None:
        try:
            await self._leave(**changes)
        except Fenced:
            await self._unboost(boost.id)  # whoever shows the signs now does not know of it
            raise

    async def _send(self, text: str, before: int | None) -> Standing:
        try:
            boost = await self._campfire.boost(self._room_id, self._key, self._asked_id, text)
        except CampfireUnclear:
            raise
        except CampfireError:
            await self._leave(above=before)  # certainly not there: nobody has to look for it
            raise
        return Standing(boost.id, text)

    async def _take_down_the_unseen(self, below: int) -> None:
        """A boost that nobody saw arrive lies between what was known before it and our own."""
        async with self._boost_ids.unknown(self.traces.above or 0, below) as candidates:
            for boost_id in candidates:
                await self._unboost(boost_id)
        await self._leave(above=None)

    async def _take_down(self, old: Standing) -> None:
        await self._leave()
        await self._unboost(old.id)
        reached("progress.unboosted")
        await self._leave(boosts=tuple(boost for boost in self.traces.boosts if boost != old))

    async def _unboost(self, boost_id: int) -> None:
        unboost = self._campfire.unboost(self._room_id, self._key, self._asked_id, boost_id)
        await _gone(unboost)

    def _standing(self, text: str) -> Standing | None:
        """The boost that says so already, unless another may stand that nobody knows."""
        if self.traces.above is not None:
            return None
        return next((boost for boost in self.traces.boosts if boost.text == text), None)

    @property
    def _is_in_the_room(self) -> bool:
        """Campfire's ids are numbers; what was said over the live stream has no message there."""
        return whole_number(self._asked_id) is not None

    async def _leave(self, **changes: Any) -> None:
        self.traces = replace(self.traces, **changes)
        await self._keeping.record(self.traces)


async def _gone(taking: Awaitable[None]) -> None:
    """Take something away; what is not there is as good as taken."""
    with suppress(Gone):
        await taking

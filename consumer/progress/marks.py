"""What a turn puts into the room besides its answer, and takes away again: 👀 and one message."""

from dataclasses import dataclass, replace
from typing import Protocol

from consumer.campfire.client import Campfire
from shared.numbers import whole_number

SEEN = "👀"


@dataclass(frozen=True, slots=True)
class Traces:
    """What stands in the room because of this turn, and has to go when it ends."""

    boost_id: int | None = None
    message_id: str | None = None


class Keeping(Protocol):
    """The message's record, under the claim that gives the right to post."""

    async def check(self) -> None:
        """Raises Fenced when the claim is lost: whoever has it now shows the signs."""
        ...

    async def record(self, traces: Traces) -> None:
        """Keep them where a successor finds them, should this process die; raises Fenced."""
        ...


class Marks:
    """The marks on one asked message. Methods raise CampfireError, and Fenced."""

    def __init__(
        self,
        campfire: Campfire,
        room_id: int,
        key: str,
        asked_id: str,
        traces: Traces,
        keeping: Keeping,
    ) -> None:
        self._campfire = campfire
        self._room_id, self._key, self._asked_id = room_id, key, asked_id
        self._traces, self._keeping = traces, keeping
        self._unclear: str | None = None
        """A message that was sent, and nobody saw arrive."""

    async def see(self) -> None:
        """Show that the message was seen; once."""
        if self._traces.boost_id is None and self._is_in_the_room:
            await self._keeping.check()
            boost = await self._campfire.boost(self._room_id, self._key, self._asked_id, SEEN)
            await self._leave(replace(self._traces, boost_id=boost.id))

    async def show(self, html: str) -> None:
        """Bring the one message up to date, which the first call posts."""
        await self._keeping.check()
        if self._traces.message_id is not None:
            await self._campfire.edit(self._room_id, self._key, self._traces.message_id, html)
        elif self._unclear is None:
            self._unclear = html  # should the post break off, it is looked for, not repeated
            message_id = await self._campfire.post(self._room_id, self._key, html)
            self._unclear = None
            await self._leave(replace(self._traces, message_id=message_id))

    async def say(self, html: str) -> None:
        """Post a message that stays: this Campfire has no edits."""
        await self._keeping.check()
        await self._campfire.post(self._room_id, self._key, html)

    async def take_message(self) -> None:
        """Take the progress message away."""
        await self._keeping.check()
        message_id = self._traces.message_id
        if message_id is None and self._unclear is not None:
            after = whole_number(self._asked_id) or 0
            message_id = await self._campfire.find_own(
                self._room_id, self._key, self._unclear, after
            )
        if message_id is not None:
            await self._campfire.delete(self._room_id, self._key, message_id)
            await self._leave(replace(self._traces, message_id=None))

    async def turn_seen_into(self, sign: str) -> None:
        """Put a sign in the place of 👀, or nothing for an empty one."""
        if not self._is_in_the_room:
            return
        await self._keeping.check()
        if self._traces.boost_id is not None:
            boost_id = self._traces.boost_id
            await self._campfire.unboost(self._room_id, self._key, self._asked_id, boost_id)
            await self._leave(replace(self._traces, boost_id=None))
        if sign:
            await self._campfire.boost(self._room_id, self._key, self._asked_id, sign)

    @property
    def _is_in_the_room(self) -> bool:
        """Campfire's ids are numbers; what was said over the live stream has no message there."""
        return whole_number(self._asked_id) is not None

    async def _leave(self, traces: Traces) -> None:
        self._traces = traces
        await self._keeping.record(traces)

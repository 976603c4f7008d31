"""What a turn puts into the room besides its answer, and takes away: one boost, one message."""

from consumer.campfire.room import Room
from consumer.progress.marks.boost_ids import BoostIds
from consumer.progress.marks.own_boost import OwnBoost
from consumer.progress.marks.progress_message import ProgressMessage
from consumer.progress.marks.traces import Keeping, Record, Traces
from shared.numbers import whole_number


class Marks:
    """The marks at one asked message. Methods raise CampfireError, and Fenced."""

    def __init__(
        self,
        room: Room,
        asked_id: str,
        traces: Traces,
        keeping: Keeping,
        boost_ids: BoostIds,
    ) -> None:
        self._record = Record(traces, keeping)
        # Campfire's ids are numbers; what was said over the live stream has no message there.
        self._is_in_the_room = whole_number(asked_id) is not None
        self._boost = OwnBoost(room, asked_id, self._record, boost_ids)
        self._message = ProgressMessage(room, asked_id, self._record)

    @property
    def traces(self) -> Traces:
        """What stands now."""
        return self._record.traces

    async def boost(self, text: str) -> None:
        """Have this text stand under the message, and no other of ours; empty: none."""
        if self._is_in_the_room:
            await self._boost.become(text)

    async def show(self, html: str) -> None:
        """Bring the one message up to date, which the first call posts."""
        await self._message.show(html)

    async def take_message(self) -> None:
        """Take the progress message away."""
        await self._message.take_away()

    async def finish(self, sign: str) -> None:
        """The message has ended: its sign alone stays, or nothing for an empty one."""
        await self.take_message()
        await self.boost(sign)
        if self.traces.is_any:
            await self._record.change(done=True)

"""The message that says what a turn does, kept up to date, and taken away before its answer."""

from consumer.campfire.errors import CampfireUnclear
from consumer.campfire.room import Room
from consumer.progress.marks.gone import is_gone
from consumer.progress.marks.traces import Record
from shared.errors import CampfireError
from shared.kill_points import reached
from shared.numbers import whole_number


class ProgressMessage:
    """Raises CampfireError, and Fenced."""

    def __init__(self, room: Room, asked_id: str, record: Record) -> None:
        self._room = room
        self._after = whole_number(asked_id) or 0
        self._record = record

    async def show(self, html: str) -> None:
        """Bring it up to date; the first call posts it."""
        await self._find()
        message_id = self._record.traces.message_id
        if message_id is None:
            await self._post(html)
        else:
            await self._record.change()  # the right to do so, asked for again
            await self._room.edit(message_id, html)

    async def take_away(self) -> None:
        """Take it away, where there is one."""
        await self._find()
        message_id = self._record.traces.message_id
        if message_id is not None:
            await self._record.change()
            await is_gone(self._room.delete(message_id))
            reached("progress.message_deleted")
            await self._record.change(message_id=None)

    async def _find(self) -> None:
        """The one that was sent and not seen to arrive, where it did."""
        html = self._record.traces.posting
        if html is not None:
            found = await self._room.find_own(html, self._after)
            await self._record.change(message_id=found, posting=None)

    async def _post(self, html: str) -> None:
        await self._record.change(posting=html)
        try:
            message_id = await self._room.post(html)
        except CampfireUnclear:
            raise
        except CampfireError:
            await self._record.change(posting=None)
            raise
        reached("progress.message_posted")
        await self._record.change(message_id=message_id, posting=None)

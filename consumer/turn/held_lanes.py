"""Tells people whose lane a pause holds, once, that their message waits."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from consumer.names import name_html
from consumer.queue.waiting.who_waits import WaitingRoom
from shared.bots import Roster
from shared.catalogue import Catalogue
from shared.errors import CampfireError
from shared.inbound import InboundMessage
from shared.redis.outages import despite_outages

MOST = 1000
"""Rooms that are still to be told; where more are held at once, the others are not."""

Say = Callable[[int, str, str], Awaitable[None]]
"""Posts HTML to a room as a bot; raises CampfireError."""

log = structlog.get_logger()


class HeldLanes:
    """Takes note without waiting, and tells the rooms one after the other."""

    def __init__(self, room: WaitingRoom, say: Say, roster: Roster, sentences: Catalogue) -> None:
        self._room, self._say = room, say
        self._roster, self._sentences = roster, sentences
        self._to_tell: asyncio.Queue[str] = asyncio.Queue(MOST)

    def note(self, job_id: str) -> None:
        """A pause has begun to hold this message, and its lane with it: claim.lua says so once."""
        if not self._to_tell.full():
            self._to_tell.put_nowait(job_id)

    async def run(self) -> None:
        """Tell whom a pause holds; never returns."""
        while True:
            job_id = await self._to_tell.get()
            try:
                message = await despite_outages("held_lanes", self._room.message, job_id)
            except ValueError:
                continue  # its turn comes when the pause is over, and says what is wrong with it
            if message is not None and self._hears(message):
                await self._tell(message)

    def _hears(self, message: InboundMessage) -> bool:
        """A bot would answer, and of what nobody wrote nobody waits for the answer."""
        said = not message.from_bot and not message.is_unattended
        return said and self._roster.takes_part(message.bot_id)

    async def _tell(self, message: InboundMessage) -> None:
        person = name_html(message.user_name, self._sentences)
        sentence = self._sentences.say("paused", person=person)
        try:
            await self._say(message.room_id, message.bot_id, sentence)
        except CampfireError as error:
            # The message is answered when the pause is over, whether or not this can be said.
            log.warning("pause_not_told", **message.log_context(), error=type(error).__name__)
        else:
            log.info("pause_told", **message.log_context())

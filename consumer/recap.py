"""What is known of a room for an agent whose conversation was lost: what stands in the room."""

from collections.abc import Callable, Mapping, Sequence

import structlog

from consumer.campfire.client import Campfire
from consumer.campfire.messages import Message
from shared.errors import CampfireError
from shared.lane import Lane

MESSAGES, CHARACTERS = 20, 300
"""The newest of the room, and of each: enough to go on with, small in the context."""
LOST = "[your earlier conversation in this room was lost; you remember nothing of it]"
STANDS = "[your earlier conversation in this room was lost; the room's newest messages were]"

log = structlog.get_logger()


class RoomRecap:
    """Reads the room by its index; where there is none, it says only that something was lost."""

    def __init__(self, open_campfire: Callable[[], Campfire], keys: Mapping[str, str]) -> None:
        self._open_campfire = open_campfire
        self._keys = keys

    async def __call__(self, lane: Lane, prompt: str) -> str:
        """A few lines to stand before `prompt`, without the message that it asks about."""
        try:
            async with self._open_campfire() as campfire:  # rare: not worth a client of its own
                page = await campfire.page(lane.room_id, self._keys[lane.bot_id])
        except (CampfireError, KeyError) as error:
            log.info("recap_without_room", lane=str(lane), reason=type(error).__name__)
            return LOST
        return recap(page.messages, prompt)


def recap(messages: Sequence[Message], prompt: str) -> str:
    """The newest messages, oldest first, a line each; pure."""
    asked = prompt.rstrip().rpartition("\n")[2]
    told = [message for message in messages if message.text.strip()]
    if told and told[-1].text.rstrip().endswith(asked):
        told = told[:-1]
    lines = [_line(message) for message in told[-MESSAGES:]]
    return "\n".join([STANDS, *lines]) if lines else LOST


def _line(message: Message) -> str:
    name = message.creator.name if message.creator else "somebody"
    text = " ".join(message.text.split())
    return f"> {name}: {text if len(text) <= CHARACTERS else text[:CHARACTERS] + '…'}"

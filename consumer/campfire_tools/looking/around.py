"""The tool `around`: what was said before and after one message of the room of the turn."""

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from consumer.briefing.one_line import RULE
from consumer.campfire.client import Campfire
from consumer.campfire.messages import Message
from consumer.campfire.room import Room
from consumer.campfire_tools.looking.looking import reading
from consumer.campfire_tools.looking.telling import lines, told, zone
from consumer.campfire_tools.toolbox import Grants
from consumer.toolboxes import Asking, Result, Tool, ToolFailed

MOST = 20
"""Messages on each side."""
LONGEST = 1_000
LONGEST_OF_ITS_OWN = 8_000
"""Characters of the one that is asked for."""
NOT_THERE = "There is no message with that number in this room."


class Place(BaseModel):
    """What `around` takes."""

    model_config = ConfigDict(extra="forbid")

    message: int = Field(ge=1, description="the message's number, as #123")
    before: int = Field(default=5, ge=0, le=MOST, description="how many before it")
    after: int = Field(default=5, ge=0, le=MOST, description="how many after it")


class Around:
    """The tool; `grants` gives it by what a bot's file calls it."""

    def __init__(self, campfire: Campfire, now: Callable[[], datetime]) -> None:
        self._campfire, self._now = campfire, now

    @property
    def grants(self) -> Grants:
        """`around`."""
        around = Tool(
            name="around",
            description="Read one message of this room, and what was said before and after it.",
            input=Place,
            run=self._around,
        )
        return {"around": (around,)}

    async def _around(self, place: Place, asking: Asking) -> Result:
        now = self._now()
        with reading(self._campfire, asking) as room:
            pages = await _near(room, place.message)
        here = [message for message in pages if message.room_id == asking.lane.room_id]
        number = next((n for n, each in enumerate(here) if each.id == place.message), None)
        if number is None:
            raise ToolFailed(NOT_THERE)
        near = here[max(0, number - place.before) : number + place.after + 1]
        found = await lines([(each, _longest(each, place)) for each in near], now)
        head = f"around #{place.message}, oldest first; {zone(now)}; {RULE}"
        return Result(told(head, found, asking.boundary))


async def _near(room: Room, message_id: int) -> list[Message]:
    """A page on each side and the message itself, which is in none of the two that it names."""
    later = (await room.page(after=message_id)).messages
    page = await (room.page(before=later[0].id) if later else room.page())
    return [*page.messages, *later]


def _longest(message: Message, place: Place) -> int:
    return LONGEST_OF_ITS_OWN if message.id == place.message else LONGEST

"""What is otherwise for a bot in one room: never more than its file gives it everywhere."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator

from shared.bots.fields import NO_TOOLS, Many, OwnModel, OwnProgress, OwnText, listed
from shared.bots.sections.section import Section
from shared.bots.sections.time_zone import OwnZone

OwnTools = Annotated[Many[str] | None, listed(NO_TOOLS)]


class RoomOverride(Section):
    """What is left out is as everywhere."""

    model: OwnModel = None
    system_prompt_add: OwnText = None
    """Stands after the system prompt."""
    tools: OwnTools = None
    """What is left of all its tools there: see `shared.bots.tool_names`."""
    progress: OwnProgress = None
    timezone: OwnZone = None


def _by_room(values: object) -> object:
    rooms = list(values) if isinstance(values, Mapping) else [None]
    if all(isinstance(room, int) and room is not True and room > 0 for room in rooms):
        return values
    raise ValueError("must be lines of `room's number: …`, as 3: {model: claude-haiku-4-5}")


OverridesByRoom = Annotated[dict[int, RoomOverride], BeforeValidator(_by_room)]

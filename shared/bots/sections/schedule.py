"""What a bot does by the clock."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from shared.bots.fields import Name, said
from shared.bots.sections.section import Section
from shared.times.timetable import Timetable

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?")
_LINES = "must be lines of `name: …`, each name of lower-case letters, digits and -, 48 at most"


def _timetable(text: str) -> str:
    return Timetable.parse(text).said


class Schedule(Section):
    """Each of its times is a turn that nobody asked for: what everyone may, and no more."""

    at: Annotated[Name, AfterValidator(_timetable)]
    """As `every weekday at 9:00`, or as cron."""
    room: Annotated[Annotated[int, Field(gt=0)], said("must be Campfire's number of a room, as 3")]
    """Where the answer goes."""
    ask: Name
    """What the bot is asked then."""


def _by_name(value: object) -> object:
    names = list(value) if isinstance(value, Mapping) else [None]
    if all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
        return value
    raise ValueError(_LINES)


Schedules = Annotated[dict[str, Schedule], BeforeValidator(_by_name)]

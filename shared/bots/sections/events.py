"""Which programs' events a bot takes, where, and what it is told to do with them."""

from typing import Annotated, cast

from pydantic import BeforeValidator

from shared.bots.fields import Count, OwnText, Truth
from shared.bots.sections.section import Section

PER_HOUR = 60


def _some_rooms(value: object) -> tuple[int, ...]:
    ids = tuple(cast("list[object]", value)) if isinstance(value, list | tuple) else ()
    if not ids or not all(isinstance(it, int) and it is not True and it > 0 for it in ids):
        raise ValueError("must be a list of Campfire's room numbers, as [3, 9]")
    return cast("tuple[int, ...]", ids)


class Events(Section):
    """Programs outside may tell it something, with its event secret."""

    rooms: Annotated[tuple[int, ...], BeforeValidator(_some_rooms)]
    """Where events may come; each is a turn there, with the rights of everyone."""
    instructions: OwnText = None
    """What it is to do with them; else it tells the room what happened."""
    per_hour: Count = None
    """How many it takes in an hour, a few of them at once; None: 60."""
    signed: Truth = False
    """Whether a sender has to sign, and may not show the secret itself."""

    @property
    def most_an_hour(self) -> int:
        """How many it takes in an hour."""
        return self.per_hour or PER_HOUR

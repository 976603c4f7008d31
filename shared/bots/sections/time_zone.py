"""The zone that a bot's times are in, everywhere or in one room."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from shared.times.zones import hints


def _zone(value: object) -> str:
    try:
        if isinstance(value, str) and value.strip():
            return ZoneInfo(value.strip()).key
    except (KeyError, ValueError, OSError):  # a name that is none, or leads out of the folder
        pass
    near = hints(value) if isinstance(value, str) else []
    raise ValueError(f"must be the name of a time zone, as {[*near, 'Europe/Berlin'][0]}")


OwnZone = Annotated[str | None, BeforeValidator(_zone)]

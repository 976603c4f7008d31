"""On time: what comes by the clock next, where, and how its last time ended."""

from ingress.operator.page.views.view import Looking, Values, View
from shared.operating.reading.to_come import read_to_come


async def _read(looking: Looking) -> Values:
    parts = looking.parts
    found = await read_to_come(parts.redis, parts.keys, parts.access.roster.taking_part)
    return {"to_come": found, "at": found.at_ms / 1000}


ON_TIME = View("on-time", _read, ("schedules", "reminders"))

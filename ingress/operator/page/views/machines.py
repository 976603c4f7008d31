"""Machines: the consumer, Redis, and the web process that shows this."""

import time

from ingress.operator.page.views.view import Looking, Values, View
from shared.operating.reading.machine_list import read_machines


async def _read(looking: Looking) -> Values:
    parts = looking.parts
    found = await read_machines(parts.redis, parts.keys, spooled=parts.reception.spooled)
    return {"machines": found, "watchers": parts.hub.watchers, "at": time.time()}


MACHINES = View("machines", _read, ("machines",))

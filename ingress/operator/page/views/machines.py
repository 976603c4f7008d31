"""Machines: the consumers, Redis, and the web processes."""

import os
import socket
import time

from ingress.operator.page.views.view import Looking, Values, View
from shared.operating.reading.machine_list import read_machines


async def _read(looking: Looking) -> Values:
    parts = looking.parts
    found = await read_machines(parts.redis, parts.keys)
    me = socket.gethostname(), os.getpid()
    return {"machines": found, "me": me, "at": time.time()}


MACHINES = View("machines", _read, ("machines",))

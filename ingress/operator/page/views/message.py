"""One message, with what happened to it."""

import time

from ingress.operator.page.views.view import Looking, Values, View
from shared.operating.reading.message_list import Messages


async def _read(looking: Looking) -> Values:
    parts = looking.parts
    row = await Messages(parts.redis, parts.keys, ()).one(looking.asked("job") or "")
    return {"row": row, "at": time.time()}


MESSAGE = View("message", _read, ("message",), below="messages")

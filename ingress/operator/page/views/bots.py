"""Bots: whether each can answer, and what it did today."""

import time

from ingress.operator.page.views.view import Looking, Values, View
from shared.operating.reading.bot_list import read_bots


async def _read(looking: Looking) -> Values:
    parts = looking.parts
    roster = parts.access.roster
    with_key = [bot.id for bot in roster.taking_part]
    found = await read_bots(parts.redis, parts.keys, roster.values(), with_key)
    return {"bots": found, "at": time.time()}


BOTS = View("bots", _read, ("bots",))

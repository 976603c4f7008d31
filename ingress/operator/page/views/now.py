"""Now: whether it works, what runs, what waits, what it cost today."""

from typing import Any

from ingress.operator.page.views.view import Looking, View
from shared.operating.reading.board import read_board


async def _read(looking: Looking) -> dict[str, Any]:
    parts = looking.parts
    board = await read_board(parts.redis, parts.keys)
    return {"board": board, "at": board.at_ms / 1000}


NOW = View("now", _read, ("signs", "tiles", "pauses", "turns", "tries", "waiting", "today"))

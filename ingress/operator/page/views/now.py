"""Now: whether it works, what runs, what waits, what it cost today."""

from ingress.operator.page.views.view import Looking, Values, View
from shared.lane import Lane
from shared.operating.now import Now, RoomDays
from shared.operating.reading.board import read_board
from shared.operating.reading.room_names import names_of_rooms


async def _read(looking: Looking) -> Values:
    parts = looking.parts
    board = await read_board(parts.redis, parts.keys)
    rooms = await parts.page.by_room.look(parts.redis, parts.keys, board.at_ms)
    bots = [bot.id for bot in parts.access.roster.taking_part]
    names = await names_of_rooms(parts.redis, parts.keys, _lanes(board, rooms, bots))
    paused = {pause.scope.name for pause in board.pauses}
    at = board.at_ms / 1000
    return {"board": board, "rooms": rooms, "names": names, "paused": paused, "at": at}


def _lanes(board: Now, rooms: RoomDays, bots: list[str]) -> list[Lane]:
    """Of the rooms that are named without a message of theirs, which would say it."""
    paused = [pause.scope.room_id for pause in board.pauses if pause.scope.room_id is not None]
    spoken = [Lane(it.room_id, bot) for it in rooms.shown for bot in it.bots]
    return [*spoken, *(Lane(room, bot) for room in paused for bot in bots)]


NOW = View(
    "now", _read, ("signs", "tiles", "pauses", "turns", "tries", "waiting", "today", "rooms")
)

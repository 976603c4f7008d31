"""What `/session/stats` tells of one session, once it tells of all its turns."""

from typing import Any

from tests.acceptance.stack import Stack
from tests.conftest import eventually


async def session_of(
    stack: Stack, room_id: int, *, turns: int, bot: str = "assistant"
) -> dict[str, Any]:
    """Wait until the room's session shows that many turns: the board is written after the reply."""

    async def told() -> dict[str, Any] | None:
        stats = (await stack.http.get("/session/stats", headers=stack.operator)).json()
        for session in stats["sessions"]:
            if (session["room_id"], session["bot_id"]) == (room_id, bot):
                return dict(session) if session["turns"] == turns else None
        return None

    return dict(await eventually(told))

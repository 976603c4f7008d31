"""Resetting conversations over the API: asked of the consumer, by an operator only."""

import json

import pytest

from shared.audit import AuditTrail
from tests.integration.ingress.conftest import RunningIngress
from tests.integration.ingress.live.watching import ADMIN


async def _delete(ingress: RunningIngress, path: str, token: str = ADMIN) -> int:
    head = f"DELETE {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += f"Authorization: Bearer {token}\r\n" if token else ""
    answer = await ingress.talk(f"{head}\r\n".encode())
    assert answer.silent
    return answer.status


@pytest.mark.parametrize(
    ("path", "which"),
    [
        ("/sessions/2/assistant", {"room_id": 2, "bot_id": "assistant", "all": False}),
        ("/sessions?room=2", {"room_id": 2, "bot_id": None, "all": False}),
        ("/sessions?bot=other", {"room_id": None, "bot_id": "other", "all": False}),
        ("/sessions?all", {"room_id": None, "bot_id": None, "all": True}),
    ],
)
async def test_a_reset_is_asked_of_the_consumer(
    ingress: RunningIngress, path: str, which: dict[str, object]
) -> None:
    """One lane, a room, a bot, or all: 202, empty, one control word, and a line in the audit."""
    assert await _delete(ingress, path) == 202
    words = await ingress.redis.lrange(ingress.keys.commands, 0, -1)  # type: ignore[misc]
    assert [json.loads(word) for word in words] == [{"reset": which}]
    (kept,) = await AuditTrail(ingress.redis, ingress.keys).newest(9)
    assert (kept.entry.what, kept.entry.detail) == ("operator_action", "reset http")


@pytest.mark.parametrize(("path", "status"), [("/sessions", 400), ("/sessions?room=x", 422)])
async def test_a_reset_of_nothing_is_refused(
    ingress: RunningIngress, path: str, status: int
) -> None:
    """A forgotten or mistyped parameter never means all."""
    assert await _delete(ingress, path) == status
    assert not await ingress.redis.exists(ingress.keys.commands)


async def test_a_reset_asks_for_the_admin_token(ingress: RunningIngress) -> None:
    """Only its holder may, also from this very machine."""
    assert await _delete(ingress, "/sessions?all", "") == 401
    assert await _delete(ingress, "/sessions?all", ADMIN) == 202

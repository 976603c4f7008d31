"""What an operator can ask the ingress."""

import asyncio
import json
from types import SimpleNamespace
from typing import cast

import pytest
from fastapi import Request

from ingress.operator import status
from ingress.operator.page.live.made_once import MadeOnce
from shared.between_processes.heartbeat import Heartbeat
from tests.deliveries import delivery
from tests.integration.ingress.conftest import BOT_KEYS, RunningIngress
from tests.integration.ingress.live.watching import ADMIN


async def _get(ingress: RunningIngress, path: str, token: str = "") -> tuple[int, str]:
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += f"Authorization: Bearer {token}\r\n" if token else ""
    answer = await ingress.talk(f"{head}\r\n".encode())
    return answer.status, answer.body.decode()


async def test_health_says_alive(ingress: RunningIngress) -> None:
    """/health is 200 whatever the consumer does."""
    assert await _get(ingress, "/health") == (200, '{"status":"ok"}')


async def test_ready_needs_a_heartbeat(ingress: RunningIngress) -> None:
    """Without a consumer's heartbeat /ready is an empty 503 that names the consumer."""
    answer = await ingress.talk(b"GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (answer.status, answer.silent, answer.headers["x-not-ready"]) == (503, True, "consumer")
    await ingress.redis.set(ingress.keys.heartbeat, "{}", ex=5)
    assert (await _get(ingress, "/ready"))[0] == 200


@pytest.mark.parametrize("ingress", [{"redis_url": "redis://127.0.0.1:1/0"}], indirect=True)
async def test_ready_needs_redis(ingress: RunningIngress) -> None:
    """With Redis away /ready is an empty 503 that names Redis, and /health still 200."""
    answer = await ingress.talk(b"GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (answer.status, answer.headers["x-not-ready"]) == (503, "redis")
    assert (await _get(ingress, "/health"))[0] == 200


@pytest.mark.parametrize("ingress", [{"replicas": 1}], indirect=True)
async def test_ready_needs_the_replicas_that_are_waited_for(ingress: RunningIngress) -> None:
    """A message sent now would wait on disk: this Redis has none."""
    await ingress.redis.set(ingress.keys.heartbeat, "{}", ex=5)
    answer = await ingress.talk(b"GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (answer.status, answer.headers["x-not-ready"]) == (503, "redis")


async def test_many_who_ask_whether_it_is_ready_hold_one_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """None is taken from a webhook, however many ask while a replica is waited for."""
    looks, reached = [], asyncio.Event()

    async def missing(*_: object) -> list[str]:
        looks.append("look")
        await reached.wait()
        return []

    monkeypatch.setattr(status, "_missing", missing)
    parts = SimpleNamespace(redis=None, keys=None, replicas=1, ready=MadeOnce(0.0))
    request = cast(
        Request, SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(parts=parts)))
    )
    asking = [asyncio.create_task(status.ready(request)) for _ in range(20)]
    asyncio.get_running_loop().call_soon(reached.set)
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {200}
    assert looks == ["look"]
    await status.ready(request)
    assert looks == ["look"] * 2, "who asks afterwards hears of then"


async def test_queue_stats_count_by_lane(ingress: RunningIngress) -> None:
    """Three messages in one room and one in another: two rows, the head of neither running."""
    for number, room in enumerate([2, 2, 2, 9]):
        body = delivery(key=BOT_KEYS["assistant"], room_id=room, message_id=number)
        await ingress.post("/webhook/assistant", json.dumps(body).encode())
    status, text = await _get(ingress, "/queue/stats", ADMIN)
    stats = json.loads(text)
    assert (status, stats["waiting"], stats["running"]) == (200, 4, 0)
    assert [(row["room_id"], row["waiting"]) for row in stats["lanes"]] == [(2, 3), (9, 1)]


async def test_session_stats_come_from_the_consumer(ingress: RunningIngress) -> None:
    """/session/stats repeats what the consumer wrote, and says so when there is none."""
    assert json.loads((await _get(ingress, "/session/stats", ADMIN))[1])["active_sessions"] == 0
    await ingress.redis.set(ingress.keys.session_stats, json.dumps({"active_sessions": 3}), ex=5)
    assert json.loads((await _get(ingress, "/session/stats", ADMIN))[1]) == {"active_sessions": 3}


async def test_cancel_is_handed_to_the_consumer(ingress: RunningIngress) -> None:
    """DELETE /jobs/… with the admin token is 202, without it 401 and nothing is asked."""
    head = "DELETE /jobs/p:assistant:2:7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    refused = await ingress.talk(f"{head}\r\n".encode())
    assert (refused.status, refused.silent) == (401, True)
    taken = await ingress.talk(f"{head}Authorization: Bearer {ADMIN}\r\n\r\n".encode())
    assert (taken.status, taken.silent) == (202, True)
    words = await ingress.redis.lrange(ingress.keys.commands, 0, -1)  # type: ignore[misc]
    assert words == [b'{"cancel": "p:assistant:2:7"}']
    await ingress.redis.delete(ingress.keys.commands)


async def test_session_stats_say_how_many_messages_wait(ingress: RunningIngress) -> None:
    """Each session has its lane's queue, which the consumer's board knows nothing of."""
    for number in range(3):
        body = delivery(key=BOT_KEYS["assistant"], room_id=2, message_id=number)
        await ingress.post("/webhook/assistant", json.dumps(body).encode())
    board = [{"room_id": room, "bot_id": "assistant"} for room in (2, 3)]
    await ingress.redis.set(ingress.keys.session_stats, json.dumps({"sessions": board}), ex=5)
    told = json.loads((await _get(ingress, "/session/stats", ADMIN))[1])["sessions"]
    assert [session["queue"] for session in told] == [3, 0]


@pytest.mark.parametrize("path", ["/queue/stats", "/session/stats"])
async def test_stats_ask_for_the_admin_token(ingress: RunningIngress, path: str) -> None:
    """The stats are an operator's alone, also on this very machine."""
    assert await _get(ingress, path) == (401, "")
    assert (await _get(ingress, path, ADMIN))[0] == 200


@pytest.mark.parametrize(
    ("beat", "named"),
    [
        ({"draining": True}, "draining"),
        ({"failing": ["campfire"]}, "campfire"),
        ({"failing": ["model"]}, "model"),
        ({"draining": True, "failing": ["campfire", "model"]}, "draining, campfire, model"),
    ],
)
async def test_ready_names_what_the_consumer_says_of_itself(
    ingress: RunningIngress, beat: dict[str, object], named: str
) -> None:
    """A consumer that drains, or whose last contact failed, is an empty 503; afterwards 200."""
    await ingress.redis.set(ingress.keys.heartbeat, json.dumps(beat), ex=5)
    answer = await ingress.talk(b"GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (answer.status, answer.silent, answer.headers["x-not-ready"]) == (503, True, named)
    await ingress.redis.set(ingress.keys.heartbeat, Heartbeat(at=1.0).wire(), ex=5)
    assert (await _get(ingress, "/ready"))[0] == 200

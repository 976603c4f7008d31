"""Server-sent events of a lane: live, bounded, and only for who has a right to them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from ingress.live.hub import BLOCK_MS, Hub
from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.lane import Lane
from shared.redis.client import redis_client
from tests.conftest import eventually
from tests.deliveries import delivery
from tests.integration.ingress.conftest import BOT_KEYS, RunningIngress
from tests.integration.ingress.live.watching import (
    ADMIN,
    LANE,
    PATH,
    noted_hubs,
    tell,
    watch,
    watched_by,
)
from tests.patience import PATIENCE_S


async def test_what_happens_is_seen_as_it_happens(ingress: RunningIngress) -> None:
    """A delivery's acceptance and then each event, in order, with id, kind and JSON."""
    async with watch(ingress.base) as watching:
        headers = watching.response.headers
        assert headers["content-type"].startswith("text/event-stream")
        assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
        body = delivery(key=BOT_KEYS["assistant"], room_id=2, message_id=7)
        await ingress.post("/webhook/assistant", json.dumps(body).encode())
        queued = await watching.next()
        assert (queued.kind, queued.data["job"].split(":")[1:]) == (
            "queued",
            ["assistant", "2", "7"],
        )
        ids = await tell(ingress.redis, ingress.keys, "one\ntwo", "three")
        deltas = await watching.take(2)
        assert [(event.id, event.kind, event.text) for event in deltas] == [
            (ids[0], "text_delta", "one\ntwo"),
            (ids[1], "text_delta", "three"),
        ]


async def test_a_lane_s_watchers_see_nothing_of_another_lane(ingress: RunningIngress) -> None:
    """The same bot in the next room, the same room's other bot: not one word."""
    async with watch(ingress.base) as watching:
        for lane in (Lane(3, "assistant"), Lane(2, "other"), Lane(22, "assistant")):
            await tell(ingress.redis, ingress.keys, "secret", lane=lane)
        await tell(ingress.redis, ingress.keys, "mine")
        assert (await watching.next()).text == "mine"


async def test_a_second_lane_is_seen_at_once(ingress: RunningIngress) -> None:
    """A new lane does not wait for the end of the read that began before it."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(watch(ingress.base))
        await stack.enter_async_context(watch(ingress.base))
        other = await stack.enter_async_context(watch(ingress.base, path="/lanes/9/other/events"))
        await tell(ingress.redis, ingress.keys, "here", lane=Lane(9, "other"))
        assert (await other.next(within_s=BLOCK_MS / 1000 / 2)).text == "here"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {ADMIN}"},
        {"Authorization": ADMIN},
        {"Authorization": "Bearer"},
    ],
)
async def test_without_a_right_nobody_watches(
    ingress: RunningIngress, headers: dict[str, str]
) -> None:
    """Each refusal is a 401 without body and type."""
    async with httpx.AsyncClient(base_url=ingress.base, trust_env=False) as client:
        answer = await client.get(PATH, headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/lanes/2/nobody/events", 404),
        ("/lanes/x/assistant/events", 422),
        (f"{PATH}?last_event_id=1", 400),
        (f"{PATH}?last_event_id=1-1-1", 400),
        (f"{PATH}?last_event_id={'9' * 30}-0", 400),
    ],
)
async def test_what_makes_no_sense_is_refused_empty(
    ingress: RunningIngress, path: str, status: int
) -> None:
    """An unknown bot, a room that is none, an id that is none."""
    async with httpx.AsyncClient(base_url=ingress.base, trust_env=False) as client:
        answer = await client.get(path, headers={"Authorization": f"Bearer {ADMIN}"})
    assert (answer.status_code, answer.content) == (status, b"")
    assert "content-type" not in answer.headers


@pytest.mark.parametrize("ingress", [{"share": {"streams": 1}}], indirect=True)
async def test_one_more_than_fit_is_turned_away(ingress: RunningIngress) -> None:
    """Descriptors are for the webhooks too: an empty 429; whoever leaves makes room."""
    async with watch(ingress.base), watch(ingress.base) as second:
        assert second.response.status_code == 429

    async def admitted() -> bool:
        async with watch(ingress.base) as watching:
            return watching.response.status_code == 200

    await eventually(admitted)


async def test_a_silent_lane_has_a_heartbeat(
    ingress: RunningIngress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing happens, so a comment keeps proxies from hanging up."""
    monkeypatch.setattr("ingress.live.events.HEARTBEAT_S", 0.1)
    async with watch(ingress.base) as watching:
        async with asyncio.timeout(PATIENCE_S):
            while ": nothing new" not in watching.comments:
                line = await anext(watching._lines)
                watching.comments += [line] if line.startswith(":") else []
        await tell(ingress.redis, ingress.keys, "after")
        assert (await watching.next()).text == "after"


async def test_a_watcher_who_leaves_is_forgotten(
    ingress: RunningIngress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hub keeps nothing of whoever hung up, and reads no lane that nobody watches."""
    hubs = noted_hubs(monkeypatch)
    async with watch(ingress.base), watch(ingress.base):
        assert hubs[0].watchers == 2
    await eventually(lambda: watched_by(hubs, 0))
    assert hubs[0]._lanes == {}


@pytest.fixture
async def outage(tmp_path: Path) -> AsyncIterator[EmbeddedValkey]:
    """A server of this test's own."""
    with EmbeddedValkey(tmp_path / "own", appendfsync="always") as valkey:
        yield valkey


async def test_redis_killed_and_back(ingress: RunningIngress, outage: EmbeddedValkey) -> None:
    """The hub outlives it: its watcher stays, and sees what happens afterwards."""
    del ingress
    keys = Keys("outage")
    hub = Hub(redis_client(outage.url, max_connections=5, socket_timeout_s=10), keys)
    running = asyncio.create_task(hub.run())
    redis = redis_client(outage.url)
    with hub.watch(LANE, None) as watcher:
        await eventually(lambda: has_begun(hub))
        await tell(redis, keys, "before")
        assert [entry.kind for entry in await watcher.next(10) or ()] == ["text_delta"]
        outage.kill()
        outage.start()
        fresh = redis_client(outage.url)
        await tell(fresh, keys, "after")
        events = await watcher.next(20)
        assert events is not None
        assert ["after" in event.json for event in events] == [True]
        await fresh.aclose()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await hub.aclose()
    await redis.aclose()


async def has_begun(hub: Hub) -> bool:
    return all(watched.cursor is not None for watched in hub._lanes.values())

"""A webhook's time with ten thousand waiting and a hundred open tabs, over without them."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import cast

from httpx import AsyncClient, HTTPStatusError

from shared.acceptance.queue import RedisQueue
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.acceptance.environment import procfile, stack_environment
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.load import run_load
from tests.benchmarks.results.ratio import Ratio, latency_ratios
from tests.benchmarks.server import running_server
from tests.deliveries import RECORDED_KEY, delivery, inbound

WAITING, WATCHERS = 10_000, 100
PATIENCE_S = 60.0
ROUNDS, WEBHOOKS_A_ROUND = 8, 1200
SEE_OTHER = 303
ADMIN = "admin-token-of-the-benchmark"


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """Two ingresses with a queue each, by turns: one's is empty at first and nobody watches it; the
    other's is full, and a hundred tabs of the operator's page are open on it."""
    async with _ingress(workshop, "bench-alone") as alone, _ingress(workshop, "bench-seen") as seen:
        await _fill(workshop, "bench-seen", workshop.times(WAITING))
        async with _tabs(seen):
            times = await _compare(alone, seen, workshop)
    label = f"{workshop.times(WAITING)} waiting, {WATCHERS} tabs"
    return latency_ratios("webhook", (label, times[seen]), ("neither", times[alone]))


@asynccontextmanager
async def _ingress(workshop: Workshop, prefix: str) -> AsyncIterator[int]:
    folder = workshop.folder / prefix
    folder.mkdir()
    stack = stack_environment(
        folder, redis_url=workshop.valkey.url, prefix=prefix, web_port=0, sandbox_port=1
    )
    settings = {**stack, "ADMIN_TOKEN": ADMIN}
    async with running_server(procfile()["web"], folder, settings) as (port, _):
        yield port


async def _fill(workshop: Workshop, prefix: str, messages: int) -> None:
    redis = redis_client(workshop.valkey.url)
    queue = RedisQueue(redis, Keys(prefix))
    for number in range(messages):
        await queue.accept(inbound(10**8 + number, room_id=10**8 + number // 10))
    await redis.aclose()


@asynccontextmanager
async def _tabs(port: int) -> AsyncIterator[None]:
    """A browser that has logged in, and whose tabs of the page "Now" have all heard something."""
    base = f"http://127.0.0.1:{port}"
    headers = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
    async with AsyncClient(base_url=base, headers=headers, timeout=PATIENCE_S) as browser:
        begun = await browser.post("/operator/log-in", data={"token": ADMIN, "then": "/operator"})
        if begun.status_code != SEE_OTHER:
            raise HTTPStatusError("not let in", request=begun.request, response=begun)
        [(name, value)] = browser.cookies.items()
    tabs = [_Tab(f"{name}={value}") for _ in range(WATCHERS)]
    loop = asyncio.get_running_loop()
    try:
        for tab in tabs:
            await loop.create_connection(lambda tab=tab: tab, "127.0.0.1", port)  # type: ignore[misc]
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(tab.heard.wait() for tab in tabs))
        yield
        assert not any(tab.left for tab in tabs)
    finally:
        for tab in tabs:
            tab.close()


class _Tab(asyncio.Protocol):
    """Listens, and does nothing with what it hears: a browser that works for it works elsewhere,
    this process has the time to take."""

    def __init__(self, cookie: str) -> None:
        self.heard, self.left = asyncio.Event(), False
        self._cookie = cookie
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the live parts of the page "Now"."""
        self._transport = cast(asyncio.Transport, transport)
        head = (
            f"GET /operator/live/now HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self._cookie}\r\n\r\n"
        )
        self._transport.write(head.encode())

    def data_received(self, data: bytes) -> None:
        """Whatever comes; a log-in in its place has no rows."""
        if b"event: parts" in data:
            self.heard.set()

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody hung up while it was measured."""
        del error
        self.left = True

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


async def _compare(alone: int, seen: int, workshop: Workshop) -> dict[int, list[float]]:
    times: dict[int, list[float]] = {alone: [], seen: []}
    numbers = count(1)
    for turn in range(workshop.times(ROUNDS)):
        for port in (alone, seen) if turn % 2 else (seen, alone):
            requests = list(_requests(numbers, workshop.times(WEBHOOKS_A_ROUND)))
            times[port] += (await asyncio.to_thread(run_load, port, requests)).latencies
    return times


def _requests(numbers: Iterator[int], many: int) -> Iterator[bytes]:
    for _ in range(many):
        number = next(numbers)
        body = json.dumps(delivery(key=RECORDED_KEY, room_id=number, message_id=number)).encode()
        head = (
            "POST /webhook/assistant HTTP/1.1\r\nContent-Type: application/json\r\n"
            f"Host: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body

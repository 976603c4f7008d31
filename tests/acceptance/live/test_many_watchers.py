"""Fifty watchers, twenty of them deaf: the turn, the memory and the drain do not feel them."""

import asyncio
import socket
from contextlib import AsyncExitStack

import psutil

from shared.keys import Keys
from shared.redis.client import redis_client
from tests.acceptance.stack import Stack
from tests.conftest import eventually
from tests.integration.ingress.live.watching import ADMIN, PATH, tell, watch
from tests.patience import PATIENCE_S

READING, DEAF = 30, 20
MIB = 1024 * 1024
REQUEST = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ADMIN}\r\n\r\n".encode()


async def test_a_turn_ends_and_memory_stays_bounded_whoever_does_not_read(
    watched_stack: Stack,
) -> None:
    """5 MB of events go past: the 30 see the end of the turn, the 20 cost a few MB, and leave."""
    stack = watched_stack
    web = psutil.Process(stack.web.pid)
    redis = redis_client(stack.worker.environment["REDIS_URL"])
    port = int(stack.web_url.rpartition(":")[2])
    async with AsyncExitStack() as opened:
        for _ in range(DEAF):
            opened.callback(deaf(port).close)
        readers = [asyncio.create_task(read_to_the_end(port)) for _ in range(READING)]
        await eventually(lambda: connections(web, READING + DEAF))
        before = web.memory_info().rss
        asked = await stack.say("slow 2; echo heard by all")
        await stack.worker.log.event("turn_claimed")
        for _ in range(10):
            await tell(redis, Keys(stack.prefix), *(["x" * 10_000] * 50))
        assert await stack.answer(asked) == "heard by all"
        async with asyncio.timeout(PATIENCE_S):
            sizes = await asyncio.gather(*readers)
        grown = web.memory_info().rss - before
        assert min(sizes) > 10_000
        assert grown < 64 * MIB
        assert (await stack.http.get("/health")).status_code == 200
    await redis.aclose()
    await eventually(lambda: connections(web, 0, at_most=5))


async def test_sigterm_ends_every_stream_in_time(watched_stack: Stack) -> None:
    """Who reads sees the end of the stream, who does not is hung up on; nobody is waited for."""
    stack = watched_stack
    port = int(stack.web_url.rpartition(":")[2])
    redis = redis_client(stack.worker.environment["REDIS_URL"])
    web = psutil.Process(stack.web.pid)
    async with AsyncExitStack() as opened:
        for _ in range(3):
            opened.callback(deaf(port).close)
        readers = [asyncio.create_task(read_to_the_end(port)) for _ in range(10)]
        watching = await opened.enter_async_context(watch(stack.web_url))
        await eventually(lambda: connections(web, 14))
        for _ in range(10):
            await tell(redis, Keys(stack.prefix), *(["x" * 20_000] * 50))
            await watching.take(50)
        assert await stack.web.terminate() == 0
        await asyncio.gather(*readers)
    await redis.aclose()
    # Where uvicorn's patience ends before the last stream does, it says so as an error.
    assert stack.web.log.events(level="error") == []
    assert stack.web.log.others() == []


async def read_to_the_end(port: int) -> int:
    """Read as fast as it comes until the turn is settled or the server ends; gives the bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST)
    size, tail = 0, b""
    while chunk := await reader.read(1 << 18):
        size, tail = size + len(chunk), (tail + chunk)[-200:]
        if b'"kind":"settled"' in tail or b"event: settled" in tail:
            break
    writer.close()
    return size


def deaf(port: int) -> socket.socket:
    """A watcher who reads nothing, with as little room as the kernel gives."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(REQUEST)
    return connection


async def connections(process: psutil.Process, count: int, *, at_most: int = 1000) -> bool:
    """Whether so many are connected to the web process, Redis not counted."""
    port = next(c.laddr.port for c in process.net_connections() if c.status == "LISTEN")
    open_ = [
        connection
        for connection in process.net_connections()
        if connection.status == "ESTABLISHED" and connection.laddr.port == port
    ]
    return count <= len(open_) <= at_most

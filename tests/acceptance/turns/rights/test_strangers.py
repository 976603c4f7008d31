"""One client without any right, against the real process: a delivery is still taken at once."""

import asyncio
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import psutil
import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import WEBHOOK_TOKEN
from tests.acceptance.stack import Stack
from tests.deliveries import delivery
from tests.integration.ingress.live.watching import ADMIN, PATH
from tests.patience import PATIENCE_S

MIB = 1024 * 1024
AT_ONCE_S = 5.0
"""Seconds: within the seven that Campfire waits, and a bound rather than a measure. Where the
queue of the listener is full for a moment, Linux knocks again after a second."""
GET = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
PIPELINED = GET * (48 * MIB // 10 // len(GET))
HEAD = b"GET /health HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST /webhook/assistant HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
async def web(new_stack: NewStack) -> Stack:
    """The web process alone, with the 1,024 descriptors that many systems give."""
    stack = new_stack()
    stack.web.command = f"bash -c 'ulimit -n 1024; exec {stack.web.command}'"
    await stack.web.start()
    await stack.web.log.event("ingress_listening")
    return stack


@pytest.fixture(autouse=True)
def _descriptors_of_our_own() -> Iterator[None]:
    """Both ends of the connections need some."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def deliver(stack: Stack, number: int) -> float:
    """Deliver as Campfire does, over a connection of its own; the seconds it took."""
    began = time.monotonic()
    url = f"/webhook/assistant?token={WEBHOOK_TOKEN}"
    headers = {"Connection": "close"}
    body = delivery(room_id=number, message_id=number)  # a lane takes only so many
    answer = await stack.http.post(url, json=body, headers=headers)
    assert answer.status_code == 204
    return time.monotonic() - began


async def pour(stack: Stack, first: bytes, more: bytes, times: int = 1) -> int:
    """Send on one connection, however long it takes, until hung up on; gives the bytes sent."""
    _, writer = await asyncio.open_connection("127.0.0.1", port(stack))
    sent = 0
    with suppress(ConnectionError):
        for piece in (first, *[more] * times):
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
    writer.transport.abort()
    return sent


def port(stack: Stack) -> int:
    return int(stack.web_url.rpartition(":")[2])


def rss(stack: Stack) -> int:
    return int(psutil.Process(stack.web.pid).memory_info().rss)


async def test_pipelined_requests_delay_nobody(web: Stack) -> None:
    """Five connections with 4.8 MiB of requests each: deliveries are taken at once meanwhile."""
    await deliver(web, 1)
    pouring = [asyncio.create_task(pour(web, PIPELINED, b"", 0)) for _ in range(5)]
    took = [await deliver(web, number) for number in range(2, 12)]
    await asyncio.gather(*pouring)
    assert max(took) < AT_ONCE_S


@pytest.mark.short_form("headers", "a target", "a body")
@pytest.mark.parametrize(
    ("first", "more"),
    [
        (HEAD, b"X-%s: y\r\n" % (b"x" * 1000) * 1000),
        (HEAD + b"X: ", b"a" * MIB),
        (b"GET /health?", b"a" * MIB),
        (CHUNKED + b"1\r\n{\r\n0\r\n", b"X: y\r\n" * 170_000),
        (CHUNKED + b"1;", b"a" * MIB),
        (GET[:-2] + b"Content-Length: 999999999\r\n\r\n", b"a" * MIB),
        (CHUNKED, b"100000\r\n" + b"a" * MIB + b"\r\n"),
    ],
    ids=[
        "headers",
        "a header",
        "a target",
        "trailers",
        "a chunk's name",
        "nobody's body",
        "a body",
    ],
)
async def test_200_mib_on_one_connection_stay_nowhere(
    web: Stack, first: bytes, more: bytes
) -> None:
    """Whatever part of a request they are: the process does not grow, and takes deliveries."""
    await deliver(web, 1)
    before = rss(web)
    pouring = asyncio.create_task(pour(web, first, more, 200))
    grown = 0
    number = 2
    while not pouring.done():
        assert await deliver(web, number) < AT_ONCE_S
        grown, number = max(grown, rss(web) - before), number + 1
    await pouring
    assert grown < 24 * MIB


async def test_large_bodies_of_strangers_are_bounded_together(web: Stack) -> None:
    """400 connections with a mebibyte each, none of them complete: 64 MiB and what it costs."""
    await deliver(web, 1)
    before = rss(web)
    head = b"POST /webhook/assistant HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n"
    with ExitStack() as open_:
        for _ in range(400):
            connection = open_.enter_context(socket.create_connection(("127.0.0.1", port(web))))
            connection.setblocking(False)
            left = memoryview(head + b"{" * (MIB - 1))
            for _ in range(8):
                with suppress(BlockingIOError, ConnectionError):
                    left = left[connection.send(left) :]
                await asyncio.sleep(0)
        assert await deliver(web, 2) < AT_ONCE_S
        assert rss(web) - before < 160 * MIB


async def test_a_thousand_silent_connections_end_nobody(web: Stack) -> None:
    """With 1,024 descriptors: each delivery is taken at once, the process lives, and recovers."""
    listening = web.web.log.events("ingress_listening")[0]
    assert 16 < listening["most_connections"] < 1024
    with ExitStack() as open_:
        for number in range(1024):
            open_.enter_context(socket.create_connection(("127.0.0.1", port(web))))
            if number % 128 == 127:
                assert await deliver(web, number) < AT_ONCE_S
        used = psutil.Process(web.web.pid).num_fds()
        assert used < 1024 - 128
    for number in range(2000, 2010):
        assert await deliver(web, number) < AT_ONCE_S
    assert web.web.is_running
    assert web.web.log.events(level="error") == []
    assert web.web.log.others() == []


async def test_the_limit_is_raised_where_it_may_be(new_stack: NewStack) -> None:
    """A soft limit is somebody's default: the process takes what the hard one allows."""
    stack = new_stack()
    stack.web.command = f"bash -c 'ulimit -Sn 256; exec {stack.web.command}'"
    await stack.web.start()
    listening = await stack.web.log.event("ingress_listening")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert listening["most_connections"] > (256 if hard >= 1024 else 16)


@pytest.mark.long
async def test_requests_by_halves_are_given_up(web: Stack) -> None:
    """Two hundred heads that never end are hung up on after 10 s, deliveries taken meanwhile."""
    async with asyncio.timeout(PATIENCE_S):
        halves = [await asyncio.open_connection("127.0.0.1", port(web)) for _ in range(200)]
        for _, writer in halves:
            writer.write(HEAD)
        assert await deliver(web, 1) < AT_ONCE_S
        for reader, writer in halves:
            assert await reader.read() == b""
            writer.close()


async def test_pings_that_nobody_reads_the_answers_of_are_not_read(new_stack: NewStack) -> None:
    """A WebSocket that sends pings without end and reads nothing: both sides stand still."""
    stack = new_stack(ADMIN_TOKEN=ADMIN)
    await stack.web.start()
    await stack.web.log.event("ingress_listening")
    head = (
        f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ADMIN}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    pings = (b"\x89\xfd\0\0\0\0" + b"p" * 125) * 8000
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", port(stack)))
        deaf.sendall(head.encode())
        assert (await asyncio.to_thread(deaf.recv, 12)).endswith(b"101")
        before, sent, deadline = rss(stack), 0, time.monotonic() + 3
        deaf.setblocking(False)
        while time.monotonic() < deadline and sent < 200 * MIB:
            with suppress(BlockingIOError):
                sent += deaf.send(pings)
            await asyncio.sleep(0)
        assert await deliver(stack, 1) < AT_ONCE_S
        assert rss(stack) - before < 24 * MIB
    assert sent < 64 * MIB


async def test_who_leaves_in_the_middle_is_no_error(new_stack: NewStack) -> None:
    """Half a body, a stream, a conversation, all cut off: no line of the log is an error's."""
    stack = new_stack(ADMIN_TOKEN=ADMIN)
    await stack.web.start()
    await stack.web.log.event("ingress_listening")
    bearer = f"Authorization: Bearer {ADMIN}\r\n"
    socket_ = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    for request in (
        "POST /webhook/assistant HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
        f"GET {PATH} HTTP/1.1\r\nHost: x\r\n{bearer}\r\n",
        f"GET {PATH} HTTP/1.1\r\nHost: x\r\n{bearer}{socket_}"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    ):
        for wait_for_answer in (False, "POST" not in request):
            reader, writer = await asyncio.open_connection("127.0.0.1", port(stack))
            writer.write(request.encode())
            await writer.drain()
            if wait_for_answer:
                await reader.readuntil(b"\r\n\r\n")
            writer.transport.abort()
    await stack.web.log.event("client_left")
    assert await deliver(stack, 1) < AT_ONCE_S
    assert await stack.web.terminate() == 0
    assert stack.web.log.events(level="error") == []
    assert stack.web.log.others() == []

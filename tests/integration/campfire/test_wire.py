"""What is known of a request without an answer: that it was not sent, or that it may be there.

Against servers that a test scripts byte by byte.
"""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest

from consumer.campfire import sent_until
from consumer.campfire.client import Campfire
from consumer.campfire.errors import CampfireUnavailable, CampfireUnclear
from consumer.campfire.requests import http, posts
from consumer.campfire.requests.leaving import Body, Request
from shared.clocks.steady_time import steady_s

KEY = "3-52d8d3ea9c87"
MADE = (
    b"HTTP/1.1 201 Created\r\nLocation: /messages/7\r\nSet-Cookie: session_token=x\r\n"
    b"Content-Length: 0\r\n\r\n"
)
Script = Callable[["Server", asyncio.StreamWriter, int], Awaitable[None]]
"""What is done with a request: the connection, and the how manyth request on it this is."""


@dataclass
class Server:
    """What it heard: of each request its head and its body."""

    url: str = ""
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def server(script: Script) -> AsyncIterator[Server]:
    """Reads requests, and does with each what the script says."""
    it = Server()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        it.connections += 1
        count = 0
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                size = [line for line in head.lower().split("\r\n") if "content-length" in line]
                body = await reader.readexactly(int(size[0].split(":")[1])) if size else b""
                it.heard.append((head, body))
                count += 1
                await script(it, writer, count)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**26)
    async with listening:
        it.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield it


async def _answer(it: Server, writer: asyncio.StreamWriter, count: int) -> None:
    writer.write(MADE)
    await writer.drain()


async def test_one_connection_serves_all_and_no_cookie_is_sent_back() -> None:
    """A session cookie would win over the key."""
    async with server(_answer) as it, Campfire(it.url) as campfire:
        assert [await campfire.post(2, KEY, f"<b>{n}</b>") for n in range(3)] == ["7"] * 3
    assert it.connections == 1
    assert [body for _, body in it.heard] == [b"<b>0</b>", b"<b>1</b>", b"<b>2</b>"]
    for head, _ in it.heard:
        assert head.startswith(f"POST /rooms/2/{KEY}/messages HTTP/1.1\r\n")
        assert "content-type: text/plain; charset=utf-8" in head.lower()
        assert "cookie" not in head.lower()


async def test_a_redirect_is_not_followed() -> None:
    """The sign-in page would be a yes."""

    async def redirect(it: Server, writer: asyncio.StreamWriter, count: int) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /session/new\r\nContent-Length: 0\r\n\r\n")

    async with server(redirect) as it, Campfire(it.url) as campfire:
        await campfire.probe()
        assert len(it.heard) == 1


async def test_a_post_that_a_kept_connection_swallows_is_sent_once_and_unclear() -> None:
    """Where a library repeats by itself what may be repeated, a post is not among it."""

    async def swallow(it: Server, writer: asyncio.StreamWriter, count: int) -> None:
        if count > 1:
            writer.close()
        else:
            await _answer(it, writer, count)

    async with server(swallow) as it, Campfire(it.url) as campfire:
        await campfire.post(2, KEY, "one")
        with pytest.raises(CampfireUnclear):
            await campfire.post(2, KEY, "two")
        assert [body for _, body in it.heard] == [b"one", b"two"]


async def test_an_end_that_the_loop_has_not_read_yet_is_seen_before_a_post() -> None:
    """The process stood still while Campfire closed the connection: the post takes another, and
    nobody has to ask whether it is in the room."""
    listening = socket.create_server(("127.0.0.1", 0))
    closed, bodies = threading.Event(), list[bytes]()

    def serve() -> None:
        for _ in range(2):
            connection, _ = listening.accept()
            received = b""
            while b"\r\n\r\n" not in received or not received.endswith((b"one", b"two")):
                received += connection.recv(4096)
            bodies.append(received.rpartition(b"\r\n")[2])
            connection.sendall(MADE)
            if len(bodies) == 1:
                may_close.wait(30)
            connection.close()
            closed.set()

    may_close = threading.Event()
    thread = threading.Thread(target=serve)
    thread.start()
    async with Campfire(f"http://127.0.0.1:{listening.getsockname()[1]}") as campfire:
        await campfire.post(2, KEY, "one")
        may_close.set()
        closed.wait(30)  # and the loop with it
        assert await campfire.post(2, KEY, "two") == "7"
    thread.join(30)
    listening.close()
    assert bodies == [b"one", b"two"]


async def test_what_nobody_takes_was_not_sent() -> None:
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with Campfire(f"http://127.0.0.1:{port}") as campfire:
        with pytest.raises(CampfireUnavailable):
            await campfire.post(2, KEY, "hello")
        assert campfire.is_failing


@pytest.mark.parametrize("url", ["http://", "ftp://campfire.test", "http://[::1"])
async def test_what_is_no_address_is_asked_nothing(url: str) -> None:
    """It is a trouble like any other, with no request on its way."""
    async with Campfire(url) as campfire:
        with pytest.raises(CampfireUnavailable):
            await campfire.post(2, KEY, "hello")


BROKEN = {
    "no HTTP": b"-ERR unknown command\r\n",
    "half a head": b"HTTP/1.1 201 Created\r\nLocat",
    "half a body": b"HTTP/1.1 201 Created\r\nLocation: /messages/7\r\nContent-Length: 9\r\n\r\nha",
    "no gzip": b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
    "a head without an end": b"HTTP/1.1 201 Created\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("said", BROKEN.values(), ids=BROKEN)
async def test_an_answer_that_is_none_leaves_it_unclear(said: bytes) -> None:
    """Campfire had the post, whatever became of its answer."""

    async def break_off(it: Server, writer: asyncio.StreamWriter, count: int) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    async with server(break_off) as it, Campfire(it.url) as campfire:
        with pytest.raises(CampfireUnclear) as caught:
            await campfire.post(2, KEY, "hello")
        with pytest.raises(CampfireUnavailable):
            await campfire.edit(2, KEY, "7", "hello")
    assert KEY not in repr(caught.value)
    assert [body for _, body in it.heard] == [b"hello", b"hello"]


async def test_an_answer_without_an_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded."""
    monkeypatch.setattr(http, "_MOST_BYTES", 100_000)

    async def flood(it: Server, writer: asyncio.StreamWriter, count: int) -> None:
        writer.write(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
            await writer.drain()

    async with server(flood) as it, Campfire(it.url) as campfire:
        with pytest.raises(CampfireUnclear):
            await campfire.post(2, KEY, "hello")


async def test_silence_is_waited_for_as_long_as_a_part_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who answers nothing, and who does not even read a file."""
    monkeypatch.setattr(posts, "UPLOAD_TIMEOUT_S", 0.2)
    listening = socket.create_server(("127.0.0.1", 0))
    async with Campfire(f"http://127.0.0.1:{listening.getsockname()[1]}") as campfire:
        for size in (10, 30_000_000):
            with pytest.raises(CampfireUnclear):
                await campfire.post_file(2, KEY, "a.bin", b"x" * size)
    listening.close()


async def test_a_large_file_arrives_whole() -> None:
    """In parts, and none twice."""
    content = bytes(range(256)) * 30_000
    async with server(_answer) as it, Campfire(it.url) as campfire:
        assert await campfire.post_file(2, KEY, "a.bin", content) == "7"
    ((head, body),) = it.heard
    assert content in body
    assert len(body) < len(content) + 400
    assert "multipart/form-data" in head


@pytest.mark.parametrize("frozen_in", ["connect", "write", "send"])
async def test_frozen_at_any_step_before_its_bytes_leave_it_sends_nothing(
    frozen_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a connection is made or waited for, or in the step before its body is handed over."""
    who = {"connect": aiohttp.TCPConnector, "send": Request, "write": Body}[frozen_in]
    real = getattr(who, frozen_in)

    async def freeze(*how: object, **more: object) -> object:
        monkeypatch.setattr(sent_until, "steady_s", lambda: steady_s() + 60)
        await asyncio.sleep(0)
        return await real(*how, **more)

    async with server(_answer) as it, Campfire(it.url) as campfire:
        await campfire.post(2, KEY, "before")
        monkeypatch.setattr(who, frozen_in, freeze)
        with sent_until.sent_until(steady_s() + 30), pytest.raises(CampfireUnavailable):
            await campfire.post(2, KEY, "late")
        assert not campfire.is_failing
        with sent_until.sent_until(steady_s() + 30), pytest.raises(CampfireUnavailable):
            await campfire.delete(2, KEY, "7")
    assert [body for _, body in it.heard] == [b"before"]


async def test_between_the_look_and_the_bytes_the_loop_does_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise a process could stand still there: it is one step."""
    steps: list[str] = []

    def look() -> None:
        steps.append("looked")
        asyncio.get_running_loop().call_soon(steps.append, "something else")

    monkeypatch.setattr("consumer.campfire.requests.leaving.in_time", look)
    write = aiohttp.http_writer.StreamWriter._writelines

    def note(writer: aiohttp.http_writer.StreamWriter, parts: tuple[bytes, ...]) -> None:
        steps.append("left")
        write(writer, parts)

    monkeypatch.setattr(aiohttp.http_writer.StreamWriter, "_writelines", note)
    async with server(_answer) as it, Campfire(it.url) as campfire:
        await campfire.post(2, KEY, "hello")
    assert steps[:2] == ["looked", "left"]
    assert it.heard


async def test_a_proxy_is_asked_for_the_whole_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """As HTTP_PROXY says."""
    async with server(_answer) as it:
        monkeypatch.setenv("http_proxy", it.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        async with Campfire("http://campfire.test/at") as campfire:
            assert await campfire.post(2, KEY, "hello") == "7"
    ((head, body),) = it.heard
    assert head.startswith(f"POST http://campfire.test/at/rooms/2/{KEY}/messages HTTP/1.1\r\n")
    assert "host: campfire.test\r\n" in head.lower()
    assert body == b"hello"


async def test_many_at_once_keep_to_the_connections_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who has to wait for a place is sent when there is one."""
    monkeypatch.setattr(http, "_MOST_CONNECTIONS", 3)
    async with server(_answer) as it, Campfire(it.url) as campfire:
        sent = [campfire.post(2, KEY, f"{n}") for n in range(30)]
        assert await asyncio.gather(*sent) == ["7"] * 30
    assert it.connections <= 3
    assert len({body for _, body in it.heard}) == 30

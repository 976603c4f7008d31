"""What a caller whom nobody knows may cost: bytes, time and places, over real sockets."""

import asyncio
import json
import socket
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from ingress.connections.http import MOST_BESIDE_BODY
from tests.deliveries import delivery
from tests.integration.ingress.conftest import BOT_KEYS, Answer, RunningIngress
from tests.integration.ingress.live.watching import PATH, noted_hubs, watch, watched_by
from tests.patience import PATIENCE_S

HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /webhook/assistant HTTP/1.1\r\nHost: x\r\n"


async def said(ingress: RunningIngress, *pieces: bytes) -> bytes:
    """All that comes back until the server hangs up; a reset is nothing more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", ingress.port)
    found = bytearray()
    with suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    async with asyncio.timeout(PATIENCE_S):
        with suppress(ConnectionError):
            while chunk := await reader.read(1 << 16):
                found += chunk
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return bytes(found)


def answers(raw: bytes) -> list[Answer]:
    """The responses on one connection, one after the other."""
    found = []
    while raw:
        head, _, rest = raw.partition(b"\r\n\r\n")
        answer = Answer.parse(head + b"\r\n\r\n")
        size = int(answer.headers.get("content-length", 0))
        found.append(Answer(answer.status, answer.headers, rest[:size]))
        raw = rest[size:]
    return found


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request has half a second."""
    monkeypatch.setattr("ingress.connections.http.REQUEST_S", 0.5)


def head_of(size: int, line: bytes, filler: bytes) -> bytes:
    """A request's head of exactly so many bytes."""
    end = b"\r\nHost: x\r\nConnection: close\r\n\r\n"
    return line % (filler * size)[: size - len(line % b"") - len(end)] + end


HEADS = {
    "one header": (b"GET /health HTTP/1.1\r\nX: %s", b"a"),
    "many headers": (b"GET /health HTTP/1.1\r\n%sX: y", b"a: b\r\n"),
    "target": (b"GET /health?%s HTTP/1.1", b"a"),
}


@pytest.mark.parametrize("kind", HEADS)
async def test_64_kib_of_headers_are_read_and_not_a_byte_more(
    ingress: RunningIngress, kind: str
) -> None:
    """Exactly so many are answered; one more is an empty 400."""
    line, filler = HEADS[kind]
    size = MOST_BESIDE_BODY
    if kind == "many headers":
        size -= (size - len(head_of(0, line, b""))) % len(filler)
    (fits,) = answers(await said(ingress, head_of(size, line, filler)))
    assert fits.status == 200
    more = MOST_BESIDE_BODY + (1 if kind != "many headers" else len(filler))
    (refused,) = answers(await said(ingress, head_of(more, line, filler)))
    assert (refused.status, refused.silent) == (400, True)


async def test_trailers_are_bounded_too(ingress: RunningIngress) -> None:
    """A body may be long, what stands behind it may not: nothing is accepted of it."""
    body = json.dumps(delivery(key=BOT_KEYS["assistant"], room_id=2, message_id=1)).encode()
    chunk = b"%x\r\n%s\r\n0\r\n" % (len(body), body)
    head = POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    (taken,) = answers(await said(ingress, head + chunk + b"X: y\r\n\r\n"))
    assert (taken.status, await ingress.queued()) == (204, 1)
    for filler in (b"X: " + b"a" * MOST_BESIDE_BODY, b"X: y\r\n" * MOST_BESIDE_BODY):
        for refused in answers(await said(ingress, head + chunk + filler)):
            assert (refused.status, refused.silent) == (400, True)
    assert await ingress.queued() == 1


async def test_a_second_request_behind_an_unanswered_one_is_hung_up_on(
    ingress: RunningIngress,
) -> None:
    """A thousand in one go: at most the first is answered, and the connection is over."""
    got = answers(await said(ingress, HEALTH * 1000))
    assert len(got) <= 1


NO_HANDSHAKES = {
    "a body": b"Content-Length: 1000",
    "a body without a length": b"Transfer-Encoding: chunked",
    "a long header": b"X: " + b"a" * 10_000,
    "many headers": b"\r\n".join([b"X: y"] * 200),
    "a sign that is none": b"X\x01: y",
}


@pytest.mark.parametrize("kind", NO_HANDSHAKES)
async def test_a_handshake_that_is_none_is_hung_up_on(ingress: RunningIngress, kind: str) -> None:
    """Whatever of a WebSocket's request is refused before we hear of it: empty, and at an end."""
    request = (
        b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n\r\n"
    )
    (refused,) = answers(await said(ingress, request % (PATH.encode(), NO_HANDSHAKES[kind])))
    assert refused.silent
    assert 400 <= refused.status < 500


async def test_a_request_after_an_answer_is_served(ingress: RunningIngress) -> None:
    """A connection may be used again, and again, also after an answer that came early."""
    reader, writer = await asyncio.open_connection("127.0.0.1", ingress.port)
    early = b"GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"
    for request, rest in ((HEALTH, b""), (early, b"abc"), (HEALTH, b"")):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(Answer.parse(head).headers["content-length"]))
        assert Answer.parse(head).status == 200
        writer.write(rest)
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    "pieces",
    [
        [b""],
        [b"GET /health HT"],
        [b"GET /health HTTP/1.1\r\nHost: x\r\n"],
        [POST + b"Content-Length: 100\r\n\r\n", b"{"],
        [POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n{\r\n"],
        [b"\r\n"],
        [HEALTH[:-2] + b"Content-Length: 100\r\n\r\n", b"x"],
        [HEALTH, b"\r\n"],
    ],
)
@pytest.mark.usefixtures("quick")
async def test_half_a_request_is_not_waited_for(
    ingress: RunningIngress, pieces: list[bytes]
) -> None:
    """Silence, half a line, half a head, half a body, idle after an answer: hung up on."""
    got = answers(await said(ingress, *pieces))
    assert all(answer.status in (200, 400) for answer in got)


@pytest.mark.usefixtures("quick")
async def test_a_drop_now_and_then_does_not_prolong_it(ingress: RunningIngress) -> None:
    """The deadline is the whole request's, not the next byte's."""
    reader, writer = await asyncio.open_connection("127.0.0.1", ingress.port)
    async with asyncio.timeout(PATIENCE_S):
        with suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(b"x")
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1), 0.05)
    writer.close()


@pytest.mark.usefixtures("quick")
async def test_a_stream_outlives_the_deadline_and_takes_no_place(
    ingress: RunningIngress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has its request, and a cap of its own; afterwards its connection counts again."""
    hubs = noted_hubs(monkeypatch)
    async with watch(ingress.base):
        assert await said(ingress, b"") == b""  # as long as the deadline
        assert await watched_by(hubs, 1)


@pytest.mark.parametrize("ingress", [{"share": {"connections": 20}}], indirect=True)
async def test_when_it_is_full_a_delivery_still_finds_a_place(ingress: RunningIngress) -> None:
    """A hundred silent connections and five streams of one address: all of it is served."""
    silent = [socket.create_connection(("127.0.0.1", ingress.port)) for _ in range(100)]
    async with watch(ingress.base), watch(ingress.base), watch(ingress.base) as watching:
        body = json.dumps(delivery(key=BOT_KEYS["assistant"], room_id=2, message_id=1)).encode()
        assert (await ingress.post("/webhook/assistant", body)).status == 204
        assert (await watching.next()).kind == "queued"
    open_ = [connection for connection in silent if not await is_over(connection)]
    assert 0 < len(open_) <= 10
    for connection in silent:
        connection.close()


async def is_over(connection: socket.socket) -> bool:
    """Whether the server has hung up."""
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


async def test_who_hangs_up_is_no_error(ingress: RunningIngress) -> None:
    """In the middle of a body, of a stream, of a handshake: one line each, no traceback."""
    handshake = (
        f"GET {PATH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with capture_logs() as logs:
        for request in (POST + b"Content-Length: 100\r\n\r\n{", handshake.encode()):
            _, writer = await asyncio.open_connection("127.0.0.1", ingress.port)
            writer.write(request)
            await writer.drain()
            await asyncio.sleep(0.1)
            writer.transport.abort()
        async with asyncio.timeout(PATIENCE_S):
            while not [entry for entry in logs if entry["event"] == "client_left"]:
                await asyncio.sleep(0.01)
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /\r\n",
        b"GET / HTTP/0.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET http://evil.example/queue/stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"TRACE /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"BREW /health HTTP/1.1\r\nHost: x\r\n\r\n",
        POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        POST + b"Transfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
        POST + b"Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        POST + b"Expect: 200-maybe\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\nPRI * HTTP/2.0\r\n\r\n",
    ],
)
@pytest.mark.usefixtures("quick")
async def test_odd_requests_are_answered_with_nothing_to_post(
    ingress: RunningIngress, request_: bytes
) -> None:
    """No body, no type, no 5xx, whatever is sent; and the connection comes to its end."""
    for answer in answers(await said(ingress, request_)):
        assert answer.silent
        assert answer.status < 500
    assert await ingress.queued() == 0


async def test_h2c_is_not_spoken_but_the_request_is_answered(ingress: RunningIngress) -> None:
    """A client that offers an upgrade gets its answer over HTTP/1.1, and no second one."""
    offer = b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    (answer,) = answers(await said(ingress, HEALTH[:-2] + offer, HEALTH))
    assert (answer.status, answer.headers["connection"]) == (200, "close")

"""The WebSocket of a lane: events out, messages in, refusals empty, nobody holds up the server."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ingress.live.links import Links, Rights
from shared.inbound import InboundMessage
from tests.conftest import eventually
from tests.integration.ingress.conftest import LINK_SECRET, RunningIngress
from tests.integration.ingress.live.watching import BEARER, LANE, PATH, tell, watch
from tests.patience import PATIENCE_S

FAR = 4_000_000_000


def link(rights: Rights, expires: int = FAR) -> str:
    name = "Grace" if rights == "talk" else ""
    return Links.of(LINK_SECRET).path(LANE, rights, expires, name)


@asynccontextmanager
async def opened(
    ingress: RunningIngress, path: str = PATH, headers: dict[str, str] = BEARER
) -> AsyncIterator[ClientConnection]:
    """A WebSocket to this ingress."""
    url = f"ws://127.0.0.1:{ingress.port}{path}"
    async with connect(url, additional_headers=headers, proxy=None) as socket:
        yield socket


async def heard(socket: ClientConnection) -> Any:
    """The next message."""
    async with asyncio.timeout(PATIENCE_S):
        return json.loads(await socket.recv())


async def answer(socket: ClientConnection, said: Any) -> Any:
    """What comes back that is no event."""
    await socket.send(said if isinstance(said, str | bytes) else json.dumps(said))
    while "event" in (told := await heard(socket)):
        pass
    return told


async def test_events_come_with_their_ids_and_can_be_resumed(ingress: RunningIngress) -> None:
    """The same events as server-sent ones, in one JSON message each."""
    async with opened(ingress) as socket:
        ids = await tell(ingress.redis, ingress.keys, "one", "two")
        first = await heard(socket)
        assert (first["id"], first["event"]["kind"], first["event"]["text"]) == (
            ids[0],
            "text_delta",
            "one",
        )
    async with opened(ingress, f"{PATH}?{urlencode({'last_event_id': ids[0]})}") as socket:
        assert (await heard(socket))["event"]["text"] == "two"


async def test_what_is_said_is_accepted_like_any_message(ingress: RunningIngress) -> None:
    """It stands in the queue with its name and text, and the room's name as Campfire told it."""
    await ingress.redis.hset(ingress.keys.room_names, str(LANE), '"Support"')  # type: ignore[misc]
    async with opened(ingress) as socket:
        job = (await answer(socket, {"say": "hello", "name": "Ada"}))["accepted"]
        assert job.startswith(f"{ingress.keys.prefix}:assistant:2:live-")
    body = await ingress.redis.hget(ingress.keys.message(ingress.keys.stored(job)), "body")  # type: ignore[misc]
    message = InboundMessage.model_validate_json(body)
    assert (message.lane, message.text, message.user_name) == (LANE, "hello", "Ada")
    assert (message.user_id, message.room_name, message.from_bot) == (None, "Support", False)
    assert await ingress.queued() == 1


@pytest.mark.parametrize(
    ("stored", "name"), [('"Support"', "Support"), ("null", None), (None, "room 2")]
)
async def test_only_what_campfire_calls_a_ping_is_one(
    ingress: RunningIngress, stored: str | None, name: str | None
) -> None:
    """A bot's file may let more in a ping: who talks into an unknown room is not let that."""
    if stored is not None:
        await ingress.redis.hset(ingress.keys.room_names, str(LANE), stored)  # type: ignore[misc]
    async with opened(ingress) as socket:
        job = (await answer(socket, {"say": "hello"}))["accepted"]
    body = await ingress.redis.hget(ingress.keys.message(ingress.keys.stored(job)), "body")  # type: ignore[misc]
    assert InboundMessage.model_validate_json(body).room_name == name


@pytest.mark.parametrize("said", [{"control": "stop all"}, {"say": "Stop all!"}])
async def test_a_control_word_is_an_order_however_it_is_sent(
    ingress: RunningIngress, said: dict[str, str]
) -> None:
    """By its own field or typed: it waits in the line beside the lane, as an order."""
    async with opened(ingress) as socket:
        job = (await answer(socket, said))["accepted"]
    body = await ingress.redis.hget(ingress.keys.message(ingress.keys.stored(job)), "body")  # type: ignore[misc]
    message = InboundMessage.model_validate_json(body)
    assert (message.control, message.lane) == ("stop all", LANE)
    queued = await ingress.redis.lrange(ingress.keys.lane(message.line), 0, -1)  # type: ignore[misc]
    assert queued == [ingress.keys.stored(job).encode()]


async def test_a_talk_s_room_is_not_taken_for_a_ping_afterwards(ingress: RunningIngress) -> None:
    """Without Campfire's word the room's name is not known, and is not remembered as none."""
    async with opened(ingress) as socket:
        await answer(socket, {"say": "hello"})
    known = await ingress.redis.hgetall(ingress.keys.room_names)  # type: ignore[misc]
    assert known == {}
    assert await ingress.redis.zcard(ingress.keys.recent_lanes) == 0


@pytest.mark.parametrize("ingress", [{"most": 1}], indirect=True)
async def test_a_full_lane_is_said_so(ingress: RunningIngress) -> None:
    """One runs, one waits, the third is refused, and the connection goes on."""
    async with opened(ingress) as socket:
        answers = [await answer(socket, {"say": str(n)}) for n in range(3)]
        assert ["accepted" in told for told in answers] == [True, True, False]
        assert answers[2] == {"refused": "full"}


@pytest.mark.parametrize(
    "frame",
    [
        "no json",
        "[]",
        "{}",
        '{"say": ""}',
        '{"say": 5}',
        '{"control": "dance"}',
        '{"control": "notes"}',
        '{"control": "forget"}',
        '{"control": "stop", "say": "stop"}',
        '{"say": "a\\u0000b"}',
        '{"say": "\\ud800"}',
        '{"say": "x", "name": "secret\\u0000"}',
        '{"say": "x", "admin": true}',
        json.dumps({"say": "x" * 16_001}),
        b"\x00\xff",
    ],
)
async def test_what_is_no_message_is_answered_with_an_error(
    ingress: RunningIngress, frame: str | bytes
) -> None:
    """One JSON error that repeats nothing of it; then a good message is taken."""
    async with opened(ingress) as socket:
        told = await answer(socket, frame)
        assert list(told) == ["error"]
        assert "secret" not in told["error"]
        assert "accepted" in await answer(socket, {"say": "good"})
    assert await ingress.queued() == 1


async def test_a_message_that_is_too_large_ends_the_connection(ingress: RunningIngress) -> None:
    """More than 64 KiB: closed with 1009, nothing accepted."""
    async with opened(ingress) as socket:
        await socket.send("x" * 70_000)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009
    assert await ingress.queued() == 0


async def test_a_link_for_reading_does_not_talk(ingress: RunningIngress) -> None:
    """It sees the events; what it says is refused."""
    async with opened(ingress, link("read"), {}) as socket:
        assert await answer(socket, {"say": "x"}) == {"error": "this link is for reading"}
        await tell(ingress.redis, ingress.keys, "seen")
        assert (await heard(socket))["event"]["text"] == "seen"
    assert await ingress.queued() == 0


async def test_a_link_for_talking_talks(ingress: RunningIngress) -> None:
    """No token, no header: the link is the right, also on a page from somewhere else."""
    async with opened(ingress, link("talk"), {"Origin": "https://elsewhere.example"}) as socket:
        assert "accepted" in await answer(socket, {"say": "x"})


@pytest.mark.parametrize("claimed", [{}, {"name": "Grace"}])
async def test_a_link_speaks_as_whom_it_was_made_for(
    ingress: RunningIngress, claimed: dict[str, str]
) -> None:
    """The name stands under the signature: with it or without a name in the message."""
    async with opened(ingress, link("talk"), {}) as socket:
        job = (await answer(socket, {"say": "hello", **claimed}))["accepted"]
    body = await ingress.redis.hget(ingress.keys.message(ingress.keys.stored(job)), "body")  # type: ignore[misc]
    assert InboundMessage.model_validate_json(body).user_name == "Grace"


async def test_a_link_speaks_as_nobody_else(ingress: RunningIngress) -> None:
    """Another name is refused, and repeated to nobody."""
    async with opened(ingress, link("talk"), {}) as socket:
        told = await answer(socket, {"say": "delete it all", "name": "Ada Admin"})
    assert list(told) == ["error"]
    assert "Ada" not in told["error"]
    assert await ingress.queued() == 0


@pytest.mark.parametrize("ingress", [{"share": {"streams": 40}}], indirect=True)
async def test_one_link_does_not_take_all_seats(ingress: RunningIngress) -> None:
    """Both ways of watching by it count together: 429, empty; others and the operator get in."""
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(opened(ingress, link("read"), {}))
            await stack.enter_async_context(watch(ingress.base, path=link("read"), headers={}))
        with pytest.raises(InvalidStatus) as refused:
            await stack.enter_async_context(opened(ingress, link("read"), {}))
        assert (refused.value.response.status_code, refused.value.response.body) == (429, b"")
        async with watch(ingress.base, path=link("read"), headers={}) as watching:
            assert watching.response.status_code == 429
        async with watch(ingress.base, path=link("read", FAR - 1), headers={}) as watching:
            assert watching.response.status_code == 200
        async with watch(ingress.base) as watching:
            assert watching.response.status_code == 200


async def test_a_message_in_too_many_parts_ends_the_connection(ingress: RunningIngress) -> None:
    """Empty parts have no bytes to bound: after 1,024 of them it is closed with 1009."""
    async with opened(ingress) as socket:
        await socket.send([""] * 1200)
        with pytest.raises(ConnectionClosed) as closed:
            await heard(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


async def test_a_stream_ends_with_its_link(
    ingress: RunningIngress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the link expires, the open connections it opened are closed: 4401, or the end."""
    now = [1000.0]
    for module in ("admission", "events", "conversation"):
        monkeypatch.setattr(f"ingress.live.{module}.time", Clock(now))
    base = ingress.base
    async with watch(base, path=link("read", 1002), headers={}) as watching:
        async with opened(ingress, link("read", 1002), {}) as socket:
            now[0] = 1002.0
            with pytest.raises(ConnectionClosed) as closed:
                await heard(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
        with pytest.raises(StopAsyncIteration):
            await watching.next()


class Clock:
    """The time module of the modules under test."""

    def __init__(self, now: list[float]) -> None:
        self._now = now

    def time(self) -> float:
        return self._now[0]

    def monotonic(self) -> float:
        return self._now[0]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (PATH, 401),
        (link("talk", 1000), 401),
        (link("talk").replace("rights=talk", "rights=read"), 401),
        (link("read").replace("rights=read", "rights=talk"), 401),
        (link("talk").replace("/lanes/2/", "/lanes/3/"), 401),
        (link("talk").replace("/assistant/", "/other/"), 401),
        (link("talk")[:-1] + "~", 401),
        (link("talk").replace("name=Grace", "name=Admin"), 401),
        (link("talk").replace("name=Grace&", ""), 401),
        (link("read") + "&name=Admin", 401),
        (link("talk") + "&last_event_id=x", 400),
    ],
)
async def test_a_refused_handshake_is_as_empty_as_a_refused_request(
    ingress: RunningIngress, caplog: pytest.LogCaptureFixture, path: str, status: int
) -> None:
    """Expired, tampered with, another lane's: the same status both ways, no body, no type.

    Whoever may not in is no error of ours, in the log neither.
    """
    with capture_logs() as logs:
        with pytest.raises(InvalidStatus) as refused:
            async with opened(ingress, path, {}):
                raise AssertionError("it was opened")
        async with httpx.AsyncClient(trust_env=False) as client:
            http = await client.get(ingress.base + path)
    response = refused.value.response
    assert (response.status_code, response.body or b"") == (status, b"")
    assert "content-type" not in response.headers
    assert (http.status_code, http.content) == (status, b"")
    assert "signature" not in repr(logs)
    assert [line for line in caplog.records if line.levelno >= logging.ERROR] == []


async def test_who_leaves_in_the_handshake_is_no_error(
    ingress: RunningIngress, caplog: pytest.LogCaptureFixture
) -> None:
    """Let in or not, and gone before the answer: the log has no line that says ERROR."""
    with capture_logs() as logs:
        for path in (PATH, link("talk"), link("talk")[:-1] + "~"):
            _, writer = await asyncio.open_connection("127.0.0.1", ingress.port)
            key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            writer.write(HANDSHAKE.format(path, key).encode())
            await writer.drain()
            writer.transport.abort()
        refused = await ingress.talk(HANDSHAKE.format(PATH, key).encode())
        assert refused.status == 401
        await eventually(lambda: _told(logs, 4))
    assert [line for line in caplog.records if line.levelno >= logging.ERROR] == []
    assert [line for line in logs if line["log_level"] == "error"] == []


async def _told(logs: list[Any], times: int) -> bool:
    """Whether so many handshakes came to their end."""
    return sum(line["event"] in ("watcher_refused", "client_left") for line in logs) >= times


HANDSHAKE = (
    "GET {} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\n{}\r\n"
)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (PATH, ""),
        (PATH, "Sec-WebSocket-Key: short\r\n"),
        ("/nowhere", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"),
        ("/webhook/assistant", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"),
        ("/lanes/x/assistant/events", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"),
    ],
)
async def test_a_broken_handshake_is_refused_empty(
    ingress: RunningIngress, path: str, key: str
) -> None:
    """uvicorn's and websockets' own explanations are text: none of it is sent."""
    refused = await ingress.talk(HANDSHAKE.format(path, key).encode())
    assert 400 <= refused.status < 500
    assert refused.silent


async def test_an_operator_makes_links(ingress: RunningIngress) -> None:
    """201, empty, with a link in Location that opens the lane; nobody else makes one."""
    base = ingress.base
    async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
        made = await client.post(
            "/lanes/2/assistant/link?rights=talk&hours=1&name=Ada", headers=BEARER
        )
        assert (made.status_code, made.content) == (201, b"")
        async with opened(ingress, made.headers["location"], {}) as socket:
            assert "accepted" in await answer(socket, {"say": "x"})
        statuses = [
            (await client.post("/lanes/2/assistant/link")).status_code,
            (await client.post("/lanes/2/nobody/link", headers=BEARER)).status_code,
            (await client.post("/lanes/2/assistant/link?rights=all", headers=BEARER)).status_code,
            (await client.post("/lanes/2/assistant/link?hours=9999", headers=BEARER)).status_code,
            (await client.post("/lanes/2/assistant/link?rights=talk", headers=BEARER)).status_code,
        ]
    assert statuses == [401, 404, 422, 422, 422]


async def test_a_page_needs_a_link_also_with_the_admin_token(ingress: RunningIngress) -> None:
    """The token stands in a header, which is nothing a page has to send: 401 both ways."""
    headers = {**BEARER, "Origin": "https://elsewhere.example"}
    with pytest.raises(InvalidStatus) as refused:
        async with opened(ingress, PATH, headers):
            raise AssertionError("it was opened")
    assert refused.value.response.status_code == 401
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(ingress.base + PATH, headers=headers)).status_code == 401


async def test_a_page_reads_events_by_its_link(ingress: RunningIngress) -> None:
    """EventSource sends an Origin from another site's page, and the answer lets that page read."""
    headers = {"Origin": "https://elsewhere.example"}
    async with watch(ingress.base, path=link("read"), headers=headers) as watching:
        assert watching.response.status_code == 200
        assert watching.response.headers["access-control-allow-origin"] == "*"
        await tell(ingress.redis, ingress.keys, "seen")
        assert (await watching.next()).text == "seen"

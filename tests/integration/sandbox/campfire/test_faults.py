"""Faults on order: what a test asks for is what the next bot API calls suffer."""

import asyncio
import time

import httpx
import pytest

from sandbox.server import SandboxServer
from tests.sandbox_client import SandboxClient

PATH = "/rooms/2/3-52d8d3ea9c87/messages"


@pytest.mark.parametrize("status", [500, 429, 503])
async def test_an_error_before_storing(
    server: SandboxServer, sandbox: SandboxClient, status: int
) -> None:
    """The ordered calls get the error, with its headers, store nothing; the next one works."""
    await sandbox.order_fault(
        kind="status", status=status, times=2, headers={"Retry-After": "1"}, method="POST"
    )
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.get(PATH)).status_code == 200
        answers = [await http.post(PATH, content=b"hi") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 201]
    assert answers[0].headers["retry-after"] == "1"
    assert len(await sandbox.messages(2)) == 1


@pytest.mark.parametrize(("when", "stored"), [("before", 0), ("after", 1)])
async def test_a_dropped_connection(
    server: SandboxServer, sandbox: SandboxClient, when: str, stored: int
) -> None:
    """The connection ends without an answer, before or after the message was stored."""
    await sandbox.order_fault(kind="drop", when=when)
    async with httpx.AsyncClient(base_url=server.url) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post(PATH, content=b"hi")
        assert (await http.get(PATH)).status_code == 200
    assert len(await sandbox.messages(2)) == stored
    assert [call["status"] for call in await sandbox.calls()] == [None, 200]


async def test_an_error_after_storing(server: SandboxServer, sandbox: SandboxClient) -> None:
    """A 500 whose message is in the room all the same: the client must look before it repeats."""
    await sandbox.order_fault(kind="status", when="after", status=500)
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.post(PATH, content=b"hi")).status_code == 500
    assert [m["body"]["plain_text"] for m in await sandbox.messages(2)] == ["hi"]


@pytest.mark.parametrize(("when", "stored"), [("before", 0), ("after", 1)])
async def test_a_delay(
    server: SandboxServer, sandbox: SandboxClient, when: str, stored: int
) -> None:
    """A client that gives up sees a timeout, whether its message is stored yet or not."""
    await sandbox.order_fault(kind="delay", when=when, seconds=30)
    async with httpx.AsyncClient(base_url=server.url, timeout=0.2) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post(PATH, content=b"hi")
    assert len(await sandbox.messages(2)) == stored


async def test_a_slow_body(server: SandboxServer, sandbox: SandboxClient) -> None:
    """The answer's body comes in pieces, and is whole in the end."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        await http.post(PATH, content=b"hi")
        await sandbox.order_fault(kind="slow_body", seconds=0.01)
        started = time.monotonic()
        answer = await http.get(PATH)
    assert answer.json()[0]["body"]["plain_text"] == "hi"
    assert time.monotonic() - started >= 0.05


async def test_faults_choose_their_calls(server: SandboxServer, sandbox: SandboxClient) -> None:
    """A fault for one bot, room and path leaves all other calls alone."""
    await sandbox.order_fault(kind="status", status=503, bot_id="second_bot", path_ends="/boosts")
    async with httpx.AsyncClient(base_url=server.url) as http:
        posted = await http.post(PATH, content=b"hi")
        number = posted.headers["location"].rpartition("/")[2]
        mine = await http.post(f"{PATH}/{number}/boosts", content=b"+")
        second = f"/rooms/2/4-4fe587476a1c/messages/{number}/boosts"
        theirs = [await http.post(second, content=b"+") for _ in range(2)]
    assert [answer.status_code for answer in (posted, mine, *theirs)] == [201, 201, 503, 201]


async def test_calls_are_remembered_without_keys(
    server: SandboxServer, sandbox: SandboxClient
) -> None:
    """Every call is listed with its bot, path, body and status; the key is nowhere."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        await http.post(PATH, content="你好".encode())
        await http.get("/rooms/2/3-wrongtoken/messages")
    calls = await sandbox.calls()
    assert [(c["method"], c["bot_id"], c["body"], c["status"]) for c in calls] == [
        ("POST", "assistant", "你好", 201),
        ("GET", None, "", 302),
    ]
    assert "52d8d3ea9c87" not in str(calls)


async def test_an_unknown_fault_is_refused(sandbox: SandboxClient) -> None:
    """A typing error in a test's fault is a 422, not a fault that never comes."""
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        await sandbox.order_fault(kind="status", tiems=2)


async def test_waiting_is_woken(server: SandboxServer, sandbox: SandboxClient) -> None:
    """A test that waits for a message is woken by it."""
    waiting = asyncio.create_task(sandbox.wait_for_message(2, creator_id=3, timeout=30))
    async with httpx.AsyncClient(base_url=server.url) as http:
        await http.post("/rooms/2/4-4fe587476a1c/messages", content=b"not this one")
        await http.post(PATH, content=b"this one")
    assert (await waiting)["body"]["plain_text"] == "this one"


async def test_rooms_and_bots_can_be_changed(server: SandboxServer, sandbox: SandboxClient) -> None:
    """A rotated key, a lost membership and a deleted room answer as in Campfire."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        await sandbox.remove_member(2, 3)
        outside = await http.post(PATH, content=b"hi")
        await sandbox.add_member(2, 3)
        await sandbox.change_bot("assistant", token="rotated")
        rotated = await http.post(PATH, content=b"hi")
        room = await sandbox.create_room("New")
        there = await http.post(f"/rooms/{room['id']}/3-rotated/messages", content=b"hi")
        await sandbox.delete_room(room["id"])
        gone = await http.post(f"/rooms/{room['id']}/3-rotated/messages", content=b"hi")
    answers = (outside, rotated, there, gone)
    assert [answer.status_code for answer in answers] == [404, 302, 201, 404]

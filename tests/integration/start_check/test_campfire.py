"""What CAMPFIRE_URL really is, and what becomes of the keys there, over real sockets."""

import asyncio
import socket
from collections.abc import Mapping

import pytest

from consumer.campfire.inspection import Inspection, Kind
from consumer.start_check.campfire import campfire_findings
from consumer.start_check.finding import Finding
from operate.launch.valkey import EmbeddedValkey
from sandbox.campfire.campfire import Campfire as StandIn
from sandbox.campfire.stored.seed import BotSeed
from sandbox.model.server import running_model
from sandbox.server import SandboxServer
from tests.sandbox_client import SandboxClient

KEYS = {"assistant": "3-52d8d3ea9c87", "second": "4-000000000000"}
"""A right one and a wrong one."""
BOTS = [BotSeed("assistant", 3, "52d8d3ea9c87", ""), BotSeed("second_bot", 4, "4fe587476a1c", "")]


async def _found(url: str, keys: Mapping[str, str] = KEYS) -> list[Finding]:
    inspection = Inspection(url, keys)
    try:
        return await campfire_findings(inspection)
    finally:
        await inspection.aclose()


async def test_each_key_is_accepted_or_refused() -> None:
    """On a Campfire that lists messages; nothing is posted."""
    async with SandboxServer(StandIn(BOTS)) as server, SandboxClient(server.url) as sandbox:
        campfire, right, wrong = await _found(server.url)
        assert campfire == Finding("campfire", Kind.MAIN.value, good=True)
        assert right == Finding("key of assistant", "accepted", good=True)
        assert (wrong.subject, wrong.good) == ("key of second", False)
        assert wrong.found.startswith("refused")
        assert await sandbox.messages(1) == await sandbox.messages(2) == []


async def test_a_bot_that_is_not_in_the_room_is_accepted_too() -> None:
    """Its key is looked at before the room."""
    async with SandboxServer(StandIn(BOTS)) as server, SandboxClient(server.url) as sandbox:
        await sandbox.remove_member(1, 3)
        _, right, _ = await _found(server.url)
    assert right == Finding("key of assistant", "accepted", good=True)


async def test_an_old_campfire_is_known_and_its_keys_are_not_checkable() -> None:
    """v1.4.9 is told from any other server that knows no such page; nothing is posted."""
    async with SandboxServer(StandIn(BOTS)) as server, SandboxClient(server.url) as sandbox:
        await sandbox.change_mode("v1.4.9")
        campfire, *keys = await _found(server.url)
        assert campfire == Finding("campfire", Kind.OLD.value, good=True)
        assert [key.found for key in keys] == ["not checkable before the first post (v1.4.9)"] * 2
        assert await sandbox.messages(1) == await sandbox.messages(2) == []


async def test_a_redis_is_no_campfire(valkey: EmbeddedValkey) -> None:
    """It hangs up on HTTP; of keys nothing is said."""
    assert await _found(f"http://127.0.0.1:{valkey.port}") == [
        Finding("campfire", Kind.NO_HTTP.value, good=False)
    ]


async def test_another_web_server_is_no_campfire() -> None:
    """It says 404 as an old Campfire does, and does not ask who has a wrong key to sign in."""
    async with running_model() as model:
        assert await _found(model.base_url) == [Finding("campfire", Kind.OTHER.value, good=False)]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("301 Moved Permanently\r\nLocation: https://chat.example/x", Kind.REDIRECT),
        ("502 Bad Gateway", Kind.PROXY),
        ("200 OK", Kind.OTHER),
    ],
)
async def test_what_stands_before_it_is_told(answer: str, kind: Kind) -> None:
    """A redirect to TLS, a proxy without its Campfire, a page for everything."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await _found(f"http://127.0.0.1:{port}") == [
            Finding("campfire", kind.value, good=False)
        ]


async def test_nobody_there_is_told() -> None:
    """A closed port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert await _found(f"http://127.0.0.1:{port}") == [
        Finding("campfire", Kind.UNREACHABLE.value, good=False)
    ]

"""Watchers who never read: nobody waits for them, and they are hung up on."""

import asyncio
import socket

import pytest

from tests.conftest import eventually
from tests.integration.ingress.conftest import RunningIngress
from tests.integration.ingress.live.watching import ADMIN, PATH, noted_hubs, tell, watch, watched_by


@pytest.mark.parametrize("ingress", [{"unread_ms": 1000}], indirect=True)
async def test_a_watcher_who_never_reads_is_hung_up_on(
    ingress: RunningIngress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies unread for so long ends the connection, and nothing of it stays in the hub."""
    hubs = noted_hubs(monkeypatch)
    request = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ADMIN}\r\n\r\n"
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", ingress.port))
        deaf.sendall(request.encode())
        assert await asyncio.to_thread(deaf.recv, 1)  # the head of the answer: it watches
        assert await watched_by(hubs, 1)
        await tell(ingress.redis, ingress.keys, *(["x" * 20_000] * 10))
        await eventually(lambda: watched_by(hubs, 0))


async def test_a_watcher_who_never_reads_stops_nobody(ingress: RunningIngress) -> None:
    """20 MB for a socket that is never read: the others see all of it, memory stays bounded."""
    request = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ADMIN}\r\n\r\n"
    deaf = socket.create_connection(("127.0.0.1", ingress.port))
    deaf.sendall(request.encode())
    async with watch(ingress.base) as watching:
        for round_ in range(10):
            texts = [f"{round_}.{n}" + "x" * 20_000 for n in range(100)]
            await tell(ingress.redis, ingress.keys, *texts)
            events = await watching.take(100)
            assert [event.text for event in events] == texts
    deaf.close()

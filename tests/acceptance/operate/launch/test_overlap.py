"""A deploy as ONCE does it: the new one starts over the same folder, then the old one is killed."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.acceptance.environment import ROOT, free_port, stack_environment
from tests.acceptance.operate.launch.conftest import Launch, Start
from tests.acceptance.operate.launch.test_launch import all_gone, descendants
from tests.acceptance.process import ServiceProcess
from tests.acceptance.stack import SUPPORT, user_id
from tests.patience import PATIENCE_S
from tests.sandbox_client import SandboxClient
from tests.unit.operate.launch.waiting import until
from tests.zygote import Zygote

PROCFILE = (ROOT / "Procfile").read_text()
PROGRAM = ("-m", "operate.launch", "--overlap")


class Proxy:
    """In front of both, as kamal-proxy is: each connection goes to whoever is `target` then."""

    def __init__(self) -> None:
        self.port, self.target = 0, 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        theirs, back = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(_copy(reader, back), _copy(theirs, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    yield proxy
    server.close()


async def test_the_new_one_takes_over_from_a_killed_one(
    start: Start, proxy: Proxy, tmp_path: Path, zygote: Zygote
) -> None:
    """It answers `/up` while the old one has the folder; what is said to it then is answered once
    the old one is gone, in the same conversation."""
    environment = dict(
        stack_environment(
            tmp_path,
            redis_url="",
            prefix="once",
            web_port=proxy.port,
            sandbox_port=free_port(),
        )
    )
    del environment["REDIS_URL"]
    environment["LEASE_SECONDS"] = "2"
    theirs = await _campfire(tmp_path, environment, zygote)
    try:
        async with SandboxClient(environment["CAMPFIRE_URL"]) as campfire:
            old = await _launched(start, environment, proxy)
            assert "turnip" in await _asked(campfire, "remember the word turnip")
            new = await _launched(start, environment, proxy)
            waiting = await campfire.post(SUPPORT, "say gherkin", mentions=["assistant"])
            _kill(old)
            assert "gherkin" in await _answer(campfire, waiting["id"])
            assert "I remember 2 earlier messages" in await _asked(campfire, "what did I say?")
            assert await new.end(signal.SIGTERM) == 0, new.output
    finally:
        await theirs.close()


async def _campfire(folder: Path, environment: dict[str, str], zygote: Zygote) -> ServiceProcess:
    (folder / "theirs").mkdir()
    theirs = ServiceProcess(
        *("sandbox", "python -m sandbox"),
        environment=environment,
        folder=folder / "theirs",
        zygote=zygote,
    )
    await theirs.start()
    await theirs.log.event("sandbox_ready")
    return theirs


async def _launched(start: Start, environment: dict[str, str], proxy: Proxy) -> Launch:
    """One that answers `/up`; from then on the proxy leads to it."""
    port = free_port()
    launch = await start(PROCFILE, program=PROGRAM, **{**environment, "PORT": str(port)})
    await launch.line("ingress_listening")
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"http://127.0.0.1:{port}/up")).status_code == 200
    proxy.target = port
    return launch


def _kill(launch: Launch) -> None:
    """As a container is removed: everything in it at once, and nothing is asked."""
    pids = [launch.process.pid, *descendants(launch.process.pid)]
    for pid in pids:
        with suppress(ProcessLookupError):  # some end with the one that started them
            os.kill(pid, signal.SIGKILL)
    until(lambda: all_gone(pids[1:]), "every process has ended")


async def _asked(campfire: SandboxClient, text: str) -> str:
    asked = await campfire.post(SUPPORT, text, mentions=["assistant"])
    return await _answer(campfire, asked["id"])


async def _answer(campfire: SandboxClient, after: int) -> str:
    message = await campfire.wait_for_message(
        SUPPORT, after=after, creator_id=user_id("assistant"), timeout=2 * PATIENCE_S
    )
    return str(message["body"]["plain_text"])

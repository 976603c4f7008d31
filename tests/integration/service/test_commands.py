"""Commands come by two lists, this member's own and the one that all share: on the real server, for
a stand-in of it gives way to whatever blocks."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from consumer.service import commands
from consumer.service.commands import Commands
from operate.launch.valkey import EmbeddedValkey
from shared.between_processes.commands import Cancel, Command
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.conftest import eventually
from tests.patience import PATIENCE_S

FOREVER_S = 3600
HEARS = Cancel(job_id="a")


@pytest.fixture
async def heard(
    valkey: EmbeddedValkey, keys: Keys, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[asyncio.Queue[Command]]:
    """What a consumer `a` has heard, who waits on its lists for as long as nothing comes."""
    monkeypatch.setattr(commands, "LISTEN_S", FOREVER_S)
    heard = asyncio.Queue[Command]()
    async with redis_client(valkey.url, socket_timeout_s=2 * FOREVER_S) as own:
        listening = asyncio.create_task(Commands(own, keys, "a", {Cancel: heard.put}).listen())
        await eventually(lambda: _somebody_waits(redis))
        yield heard
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


@pytest.mark.parametrize("first", ["commands", "commands_of"])
async def test_each_list_is_heard_while_the_other_is_waited_on(
    redis: Redis, keys: Keys, heard: asyncio.Queue[Command], first: str
) -> None:
    """What an older web process sends, or somebody sent while nobody lived, waits for nothing that
    may come by the own list, nor that for it."""
    lists = [keys.commands, keys.commands_of("a")]
    for name in lists if first == "commands" else reversed(lists):
        await redis.rpush(name, HEARS.wire())  # type: ignore[misc]
        async with asyncio.timeout(PATIENCE_S):
            assert await heard.get() == HEARS


async def _somebody_waits(redis: Redis) -> bool:
    """For a list, at the server: the flag `b`."""
    clients = await redis.client_list()
    return any("b" in client["flags"] and client["cmd"] == "blmove" for client in clients)

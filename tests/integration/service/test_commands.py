"""Commands come by two lists, this member's own and the one that all share: on the real server, for
a stand-in of it gives way to whatever blocks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from redis.asyncio import Redis

from consumer.queue.ownership.membership import Membership
from consumer.service import commands
from consumer.service.commands import Commands
from operate.launch.valkey import EmbeddedValkey
from shared.between_processes.commands import Cancel, Command
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.conftest import eventually
from tests.membership import join, oust
from tests.patience import PATIENCE_S

FOREVER_S = 3600
HEARS = Cancel(job_id="a")


Hears = Callable[[Membership], Awaitable[asyncio.Queue[Command]]]
"""Makes it a member, and gives what it has heard."""


@pytest.fixture
async def hears(
    valkey: EmbeddedValkey, keys: Keys, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Hears]:
    """Consumers who wait on their lists for as long as nothing comes."""
    monkeypatch.setattr(commands, "LISTEN_S", FOREVER_S)
    async with AsyncExitStack() as until_the_end:

        async def hears(member: Membership) -> asyncio.Queue[Command]:
            heard = asyncio.Queue[Command]()
            own = redis_client(valkey.url, socket_timeout_s=2 * FOREVER_S)
            await until_the_end.enter_async_context(own)
            await join(redis, keys, member.me)
            others = await _waiting(redis)
            listens = Commands(own, keys, member, {Cancel: heard.put}).listen()
            listening = asyncio.create_task(listens)
            until_the_end.push_async_callback(_ended, listening)
            await eventually(lambda: _waits(redis, others))
            return heard

        yield hears


@pytest.mark.parametrize("first", ["commands", "commands_of"])
async def test_each_list_is_heard_while_the_other_is_waited_on(
    redis: Redis, keys: Keys, hears: Hears, first: str
) -> None:
    """What an older web process sends, or somebody sent while nobody lived, waits for nothing that
    may come by the own list, nor that for it."""
    heard = await hears(Membership("a"))
    lists = [keys.commands, keys.commands_of("a")]
    for name in lists if first == "commands" else reversed(lists):
        await redis.rpush(name, HEARS.wire())  # type: ignore[misc]
        assert await _next(heard) == HEARS


@pytest.mark.parametrize("asked", ["commands", "commands_of"])
async def test_who_was_followed_takes_nothing_that_its_successor_is_asked(
    redis: Redis, keys: Keys, hears: Hears, asked: str
) -> None:
    """Frozen past its lease, or cut off, it waits at the server still, and was there first."""
    old, new = Membership("a", shared=True), Membership("a", shared=True)
    of_old = await hears(old)
    await oust(redis, keys, old.me)
    of_new = await hears(new)
    for _ in range(3):
        name = keys.commands if asked == "commands" else keys.commands_of("a")
        await redis.rpush(name, HEARS.wire())  # type: ignore[misc]
        assert await _next(of_new) == HEARS
    assert of_old.empty()


async def _next(heard: asyncio.Queue[Command]) -> Command:
    async with asyncio.timeout(PATIENCE_S):
        return await heard.get()


async def _ended(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _waits(redis: Redis, others: set[str]) -> bool:
    """Whether one does beside these, on both its lists."""
    return len(await _waiting(redis) - others) == 2


async def _waiting(redis: Redis) -> set[str]:
    """Who waits for a list at the server: the flag `b`."""
    clients = await redis.client_list()
    return {it["id"] for it in clients if "b" in it["flags"] and it["cmd"] == "blmove"}

"""Light connections to a real Valkey: none outlives its end, or carries another's answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from typing import Any, cast

import pytest
from redis.asyncio import Redis
from redis.exceptions import TimeoutError as RedisIsSilent

from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.redis.client import redis_client
from shared.redis.pool import WaitingPool

LARGE = 32 * 1024 * 1024


@pytest.fixture
async def one(valkey: EmbeddedValkey) -> AsyncIterator[Redis]:
    """A client with one connection: every command has to use it."""
    client = redis_client(valkey.url, max_connections=1)
    yield client
    await client.aclose()


async def test_a_connection_that_redis_closed_is_opened_anew(one: Redis, redis: Redis) -> None:
    """As after a restart: the next command does not fail for it."""
    number = await one.client_id()
    await redis.client_kill_filter(_id=number)
    while await redis.client_list(client_id=[str(number)]):
        pass
    await asyncio.sleep(0)  # the loop reads the end
    assert await one.client_id() != number


async def test_who_is_cancelled_leaves_nobody_an_answer(one: Redis, keys: Keys) -> None:
    """The answer to what was given up would be taken for the next one's."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0.05):
            await cast(Awaitable[Any], one.blpop([keys.wake], timeout=1))
    assert await one.echo("mine") == b"mine"


@pytest.fixture
async def deaf() -> AsyncIterator[int]:
    """The port of a server that accepts connections and reads nothing, as a stopped Redis."""
    heard = list[asyncio.StreamWriter]()

    async def hear(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(writer)
        writer.transport.pause_reading()  # type: ignore[attr-defined]

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in heard:
        writer.transport.abort()


async def test_a_redis_that_accepts_and_is_silent_is_told_of_in_time(deaf: int) -> None:
    """Campfire waits 7 s for us; redis-py 5.3 alone waits for ever."""
    client = redis_client(f"redis://127.0.0.1:{deaf}", socket_timeout_s=0.1)
    async with asyncio.timeout(5):
        with pytest.raises(RedisIsSilent):
            await client.get("name")
        await client.aclose()


async def test_a_write_that_nobody_reads_is_told_of_in_time(deaf: int) -> None:
    """A stopped Redis takes what fits into the sockets' buffers, and then no more."""
    unsaid: dict[str, Any] = {"lib_name": None, "lib_version": None}
    pool = WaitingPool(host="127.0.0.1", port=deaf, socket_timeout=0.1, **unsaid)
    client = Redis.from_pool(pool)
    with pytest.raises(RedisIsSilent, match="writing"):
        await client.set("name", b"x" * LARGE)
    await client.aclose()

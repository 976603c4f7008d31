"""A light client answers as redis-py's own, and sends nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import NoScriptError, ResponseError

from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.redis.client import redis_client
from shared.redis.scripts import Scripts

SCRIPT = "return {KEYS[1], ARGV[1], ARGV[2]}"


@pytest.fixture
async def plain(valkey: EmbeddedValkey) -> AsyncIterator[Redis]:
    """redis-py's own."""
    client = Redis.from_url(valkey.url)
    yield client
    await client.aclose()


COMMANDS: list[tuple[Any, ...]] = [
    ("SET", "name", "值", "NX"),
    ("SET", "name", "other", "NX"),
    ("GET", "name"),
    ("GET", "nobody"),
    ("HSET", "hash", "one", "1", "two", "2"),
    ("HGETALL", "hash"),
    ("ZADD", "set", "1.5", "a", "2", "b"),
    ("ZSCORE", "set", "a"),
    ("SMEMBERS", "nobody"),
    ("EXPIRE", "name", 10),
    ("EXISTS", "name"),
    ("INCR", "number"),
    ("SCRIPT EXISTS", "0" * 40),
    ("CONFIG GET", "appendonly"),
]


async def test_its_answers_are_what_redis_py_makes_of_them(
    redis: Redis, plain: Redis, keys: Keys
) -> None:
    """Truth values, mappings, numbers, nothing."""

    async def told(client: Redis, prefix: str) -> list[Any]:
        asked = [(name, f"{prefix}{key}", *more) for name, key, *more in COMMANDS[:-2]]
        return [await client.execute_command(*it) for it in [*asked, *COMMANDS[-2:]]]  # type: ignore[no-untyped-call]

    wake = keys.wake
    assert await told(redis, f"{wake}:light") == await told(plain, f"{wake}:plain")
    scores = await redis.zrange(f"{wake}:lightset", 0, -1, withscores=True)
    assert scores == [(b"a", 1.5), (b"b", 2)]


async def test_a_script_that_redis_does_not_know_is_sent(redis: Redis, keys: Keys) -> None:
    """As after a restart or a failover."""
    unknown = f"-- {keys.wake}\n{SCRIPT}"
    scripts = Scripts(redis, {"it": unknown, "broken": "return redis.call('GET')"})
    for _ in range(2):
        assert await scripts.run("it", [keys.wake], ["x", 7]) == [keys.wake.encode(), b"x", b"7"]
    with pytest.raises(ResponseError) as caught:
        await scripts.run("broken", [], [])
    assert not isinstance(caught.value, NoScriptError)


async def test_what_may_have_been_carried_out_is_not_sent_again() -> None:
    """The answer was lost on its way: whoever asked decides, not the client."""
    heard = list[bytes]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            if b"SETINFO" in line:
                writer.write(b"+OK\r\n")
            if b"INCR" in line:
                heard.append(line)
                writer.close()
                return

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = redis_client(f"redis://127.0.0.1:{port}", max_connections=1, socket_timeout_s=20)
    for count in (1, 2):  # the place is given back
        with pytest.raises(RedisIsAway):
            await client.incr("number")
        assert len(heard) == count
    await client.aclose()
    server.close()

"""A pool of light connections lends as redis-py's does, and its commands read the same."""

import asyncio

import pytest
from redis.asyncio import Connection
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import DataError

from shared.redis.client import redis_pool
from shared.redis.light_connection import LightConnection
from shared.redis.pool import WaitingPool


class Idle(Connection):
    """Connected to nobody."""

    async def connect(self) -> None:
        """Nothing is there to connect to."""

    async def can_read_destructive(self) -> bool:
        """Nothing comes."""
        return False


def pool_of(places: int, timeout: float = 20) -> WaitingPool:
    """Of connections that connect to nobody."""
    return WaitingPool(Idle, max_connections=places, timeout=timeout)


@pytest.mark.parametrize("scheme", ["redis://", "rediss://", "unix:///"])
async def test_every_kind_of_address_gets_light_connections(scheme: str) -> None:
    """A server by TCP, by TLS, and one behind a socket of this machine."""
    pool = redis_pool(f"{scheme}127.0.0.1", max_connections=1, socket_timeout_s=1)
    assert issubclass(pool.connection_class, LightConnection)


def test_a_command_is_packed_as_redis_py_packs_it() -> None:
    """Text in any script, bytes, numbers, and a name of two words."""
    command = "SCRIPT LOAD", "你好", b"\x00\xff", 7, 1.5, ""
    light: AbstractConnection = type("Packing", (LightConnection, Idle), {})()
    assert b"".join(light.pack_command(*command)) == b"".join(Idle().pack_command(*command))


def test_what_is_neither_text_nor_a_number_is_refused() -> None:
    """As redis-py refuses it: None would be the text "None"."""
    light: AbstractConnection = type("Packing", (LightConnection, Idle), {})()
    with pytest.raises(DataError):
        light.pack_command("SET", "name", None)  # type: ignore[arg-type]


async def test_a_used_up_pool_serves_who_has_waited_longest_first() -> None:
    """A connection that is given back goes to nobody who came later."""
    pool, served = pool_of(1), list[int]()
    lent = await pool.get_connection()

    async def ask(number: int) -> None:
        connection = await pool.get_connection()
        served.append(number)
        await pool.release(connection)

    waiting = [asyncio.create_task(ask(number)) for number in range(3)]
    await asyncio.sleep(0)
    await pool.release(lent)
    await ask(3)
    await asyncio.gather(*waiting)
    assert served == [0, 1, 2, 3]


async def test_a_used_up_pool_refuses_after_its_timeout() -> None:
    """As an outage of Redis: whoever asks knows what to do then."""
    pool = pool_of(1, timeout=0.01)
    await pool.get_connection()
    with pytest.raises(RedisIsAway):
        await pool.get_connection()


async def test_who_gives_up_waiting_keeps_no_place() -> None:
    """A cancelled caller, and one whose connection cannot connect, leave their place to others."""
    pool = pool_of(1, timeout=1)
    lent = await pool.get_connection()
    waiting = asyncio.create_task(pool.get_connection())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    await pool.release(lent)
    await pool.release(await pool.get_connection())
    pool.connection_class = Connection
    pool.connection_kwargs["port"] = 1
    pool.reset()  # type: ignore[no-untyped-call]
    for _ in range(2):
        with pytest.raises(RedisIsAway, match="onnect"):
            await pool.get_connection()

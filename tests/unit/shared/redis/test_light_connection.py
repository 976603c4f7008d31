"""How long a light connection waits for an answer, by a clock that the tests turn."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from redis.asyncio import Connection
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import ReadOnlyError
from redis.exceptions import TimeoutError as RedisIsSilent

from shared.redis import master_pool
from shared.redis.light_connection import LightConnection

SECONDS = 2.0


class Clock:
    """In the place of a loop: its time, and what was asked for at some time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.calls: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        """As the loop's."""
        return self.now

    def call_at(self, when: float, call: Callable[[], None]) -> object:
        """As the loop's."""
        self.calls.append((when, call))
        return object()

    def turn_to(self, now: float) -> None:
        """Time passes, and what is due is called."""
        self.now = now
        due = [it for it in self.calls if it[0] <= now]
        self.calls = [it for it in self.calls if it[0] > now]
        for _, call in due:
            call()


class Parser:
    """Reads one answer from the connection's stream, a byte; or raises what it was given."""

    def __init__(self, reader: asyncio.StreamReader, error: Exception | None = None) -> None:
        self._reader, self._error = reader, error

    async def read_response(self, disable_decoding: bool = False) -> bytes:
        """As redis-py's."""
        if self._error:
            raise self._error
        return await self._reader.readexactly(1)

    def on_disconnect(self) -> None:
        """As redis-py's."""


class Light(LightConnection, Connection):
    """To nobody: what it reads is put there."""


def connected(
    kind: Any, reader: asyncio.StreamReader, error: Exception | None = None, **options: Any
) -> tuple[Any, Clock]:
    """A connection that reads this stream, and its clock."""
    connection, clock = kind(socket_timeout=SECONDS, **options), Clock()
    connection._loop, connection._reader = clock, reader
    connection._parser = Parser(reader, error)
    return connection, clock


async def asked(connection: Any) -> "asyncio.Task[bytes]":
    """Whoever waits for the answer to a command."""
    asking = asyncio.create_task(connection.read_response())
    await asyncio.sleep(0)
    return asking


async def test_an_answer_has_all_of_its_time_whenever_the_one_before_was_asked_for() -> None:
    """One timer serves both, and looks again."""
    reader = asyncio.StreamReader()
    connection, clock = connected(Light, reader)
    first = await asked(connection)
    reader.feed_data(b"1")
    assert await first == b"1"
    clock.now += 1.5
    second = await asked(connection)
    clock.turn_to(102.0)
    assert [when for when, _ in clock.calls] == [103.5]
    reader.feed_data(b"2")
    assert await second == b"2"


async def test_an_answer_that_does_not_come_is_told_of_and_nobody_takes_it_later() -> None:
    """The connection is closed: what comes yet would be taken for the next one's."""
    connection, clock = connected(Light, asyncio.StreamReader())
    asking = await asked(connection)
    clock.turn_to(102.0)
    with pytest.raises(RedisIsSilent):
        await asking
    assert not connection.is_at_rest


async def test_nothing_is_timed_while_nothing_is_asked() -> None:
    """A connection that rests wakes nobody."""
    reader = asyncio.StreamReader()
    connection, clock = connected(Light, reader)
    asking = await asked(connection)
    reader.feed_data(b"1")
    await asking
    clock.turn_to(102.0)
    assert not clock.calls
    assert connection.is_at_rest


@pytest.mark.parametrize("kind", [master_pool._Connection, master_pool._TlsConnection])
async def test_a_master_that_may_not_write_any_more_is_none(kind: Any) -> None:
    """Of sentinels': it was demoted, and the next command asks them for another."""

    class Pool:
        is_master = True

    refused = ReadOnlyError("You can't write against a read only replica.")
    reader = asyncio.StreamReader()
    connection, _ = connected(kind, reader, refused, connection_pool=Pool())
    with pytest.raises(RedisIsAway, match="slave"):
        await connection.read_response()

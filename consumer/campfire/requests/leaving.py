"""The moment in which a request's bytes leave: before it nothing is sent, after it nobody knows.

aiohttp connects, waits for a place and reuses connections in its own time, and its errors do not
say whether anything had left by then. So whether it had is noted here, in the step that hands the
bytes to the loop, and asked right before that.
"""

import asyncio
import select
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from consumer.campfire.sent_until import TooLate, in_time

_AT_ONCE = 64 * 1024
"""So many bytes are handed over at a time; each such part has the timeout to itself."""


class Stale(aiohttp.ClientConnectionError):
    """The other side has ended this connection meanwhile: nothing was sent on it."""


@dataclass(slots=True)
class Leaving:
    """What is known of one request."""

    served: WeakSet[Any] = field(default_factory=WeakSet)
    """The connections that have served a request before."""
    has_left: bool = False
    """A byte of it may have left."""
    is_late: bool = False
    """It was not sent, for another consumer may go on with it."""

    def now(self) -> None:
        """Note that its bytes leave in this step; raises TooLate where they may not any more."""
        try:
            in_time()
        except TooLate:
            self.is_late = True
            raise
        self.has_left = True

    def take(self, connection: Any) -> None:
        """Use this one; raises Stale where the other side has ended it, which the loop may not
        have read yet: what is sent there could not be told from what Campfire took."""
        if connection in self.served and _is_readable(connection.transport):
            raise Stale
        self.served.add(connection)


_leaving: ContextVar[Leaving] = ContextVar("leaving")


@contextmanager
def noted(leaving: Leaving) -> Iterator[None]:
    """What is asked in this block is noted there."""
    token = _leaving.set(leaving)
    try:
        yield
    finally:
        _leaving.reset(token)


class Request(aiohttp.ClientRequest):
    """A request that notes when it leaves."""

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        """See aiohttp: what has no body leaves here, what has one in `Body`."""
        leaving = _leaving.get()
        leaving.take(conn.protocol)
        if not self.body:
            leaving.now()
        return await super().send(conn)


class Body(aiohttp.Payload):
    """Bytes that note when they leave; `part_s`: how long the other side may take for a part."""

    _autoclose = True

    def __init__(self, value: bytes, *, kind: str, part_s: float) -> None:
        super().__init__(value, content_type=kind)
        self._size = len(value)
        self._part_s = part_s

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """As text; the body is the bytes."""
        return str(self._value.decode(encoding, errors))

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Hand it over, the headers with its first part; raises TooLate, TimeoutError."""
        _leaving.get().now()
        whole = memoryview(self._value)
        for start in range(0, len(whole), _AT_ONCE) or (0,):
            async with asyncio.timeout(self._part_s):
                await writer.write(whole[start : start + _AT_ONCE])
                await writer.drain()


def _is_readable(transport: asyncio.Transport | None) -> bool:
    """Whether bytes, or the end, lie there: nobody asked, so it is the end."""
    sock = transport.get_extra_info("socket") if transport is not None else None
    if sock is None or sock.fileno() < 0:
        return True
    looking = select.poll()
    looking.register(sock.fileno(), select.POLLIN)
    return bool(looking.poll(0))

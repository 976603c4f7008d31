"""Connections to Redis, lent without further questions: redis-py's own cost more than a command.

What is left out (redis-py 5.3, `redis/asyncio/connection.py`; figures: docs/arq.md): a read
that is cancelled at once, before each command, to see whether something lies there; a task for each
write, to bound it; a lock to take a connection and to give it back, and an event of that for who
renews passwords; packing commands in Python.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from redis.asyncio import Connection, ConnectionPool, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.connection import AbstractConnection
from redis.connection import HiredisRespSerializer
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import TimeoutError as RedisIsSilent

_pack: Callable[..., list[bytes]] = HiredisRespSerializer().pack


class LightConnection(AbstractConnection):
    """What stands before redis-py's own in each kind of connection."""

    def pack_command(self, *args: Any) -> list[bytes]:
        """In C; raises DataError for what is neither text nor a number."""
        return _pack(*args)

    async def on_connect(self) -> None:
        """Introduce us. A PING before that, when it is not answered, connects within connecting,
        and so on: a Redis that accepts and is silent held a command for ever."""
        self.next_health_check = asyncio.get_running_loop().time() + self.health_check_interval
        await super().on_connect()

    async def can_read_destructive(self) -> bool:
        """Whether an answer lies there that nobody took; raises ConnectionError when it has ended.

        The loop has read what came. What ends right now fails the command, as it always could.
        """
        if self._reader is None or self._reader.at_eof() or self._reader.exception():
            raise RedisIsAway("the server closed the connection")
        return not self._socket_is_empty()  # type: ignore[no-untyped-call]

    async def send_packed_command(
        self, command: bytes | str | Iterable[bytes], check_health: bool = True
    ) -> None:
        """Send it within the socket's timeout; an error, or a cancel, closes the connection."""
        if not self.is_connected:
            await self.connect()  # type: ignore[no-untyped-call]
        elif check_health:
            await self.check_health()  # type: ignore[no-untyped-call]
        try:
            self._write(command)
            if self._is_unsent:
                async with asyncio.timeout(self.socket_timeout):
                    await self._drain()
        except TimeoutError:
            await self.disconnect(nowait=True)
            raise RedisIsSilent("Timeout writing to socket") from None
        except OSError as error:
            await self.disconnect(nowait=True)
            raise RedisIsAway(f"{error} while writing to socket") from error
        except BaseException:
            await self.disconnect(nowait=True)  # half a command may be sent
            raise

    def _write(self, command: bytes | str | Iterable[bytes]) -> None:
        assert self._writer is not None  # noqa: S101
        whole = command.encode() if isinstance(command, str) else command
        self._writer.writelines([whole] if isinstance(whole, bytes) else whole)

    @property
    def _is_unsent(self) -> bool:
        """Whether something lies in the buffer: mostly the kernel has taken it all at once."""
        assert self._writer is not None  # noqa: S101
        return bool(self._writer.transport.get_write_buffer_size())

    async def _drain(self) -> None:
        assert self._writer is not None  # noqa: S101
        await self._writer.drain()


class _Tcp(LightConnection, Connection):
    pass


class _Tls(LightConnection, SSLConnection):
    pass


class _Unix(LightConnection, UnixDomainSocketConnection):
    pass


_LIGHT: dict[type[AbstractConnection], type[AbstractConnection]] = {
    Connection: _Tcp,
    SSLConnection: _Tls,
    UnixDomainSocketConnection: _Unix,
}


class WaitingPool(ConnectionPool):
    """Waits when it is used up, for `timeout` seconds, in the order in which it was asked."""

    def __init__(
        self,
        connection_class: type[AbstractConnection] = Connection,
        max_connections: int = 32,
        timeout: float = 20,
        **options: Any,
    ) -> None:
        kind = _LIGHT.get(connection_class, connection_class)
        super().__init__(connection_class=kind, max_connections=max_connections, **options)
        self._free = asyncio.Semaphore(max_connections)
        self.timeout = timeout

    async def get_connection(self, *_: Any, **__: Any) -> Any:
        """A connection that is connected; raises redis' ConnectionError."""
        await self._take_place()
        try:
            connection = self.get_available_connection()  # type: ignore[no-untyped-call]
        except BaseException:
            self._free.release()
            raise
        try:
            await self.ensure_connection(connection)
        except BaseException:
            await self.release(connection)
            raise
        return connection

    async def release(self, connection: AbstractConnection) -> None:
        """Give it back: to who has waited longest."""
        self._in_use_connections.remove(connection)
        self._available_connections.append(connection)
        self._free.release()

    async def _take_place(self) -> None:
        if not self._free.locked():
            await self._free.acquire()  # at once
            return
        try:
            async with asyncio.timeout(self.timeout):
                await self._free.acquire()
        except TimeoutError:
            raise RedisIsAway("No connection available.") from None

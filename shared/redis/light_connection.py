"""A connection to Redis that a command costs little on: redis-py's own cost more than a command.

What is left out (redis-py 5.3, `redis/asyncio/connection.py`; figures: docs/arq.md): a read that is
cancelled at once, before each command, to see whether something lies there; a task for each write,
to bound it; a time limit that is made for each answer; packing commands in Python.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from redis.asyncio import Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.connection import AbstractConnection
from redis.connection import HiredisRespSerializer
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisIsSilent

_pack: Callable[..., list[bytes]] = HiredisRespSerializer().pack


class LightConnection(AbstractConnection):
    """What stands before redis-py's own in each kind of connection."""

    _awaits_answer = False
    _answer_by = 0.0
    """When the loop's clock says this, the answer is late."""
    _watch: asyncio.TimerHandle | None = None
    """One for many answers: it looks again when those that it was set for have come."""

    def pack_command(self, *args: Any) -> list[bytes]:
        """Pack a command in C; raises DataError for what is neither text nor a number."""
        return _pack(*args)

    async def on_connect(self) -> None:
        """Introduce us. A PING before that, when it is not answered, connects within connecting,
        and so on: a Redis that accepts and is silent held a command for ever."""
        self._loop = asyncio.get_running_loop()  # which asks the kernel, each time
        self.next_health_check = self._loop.time() + self.health_check_interval
        await super().on_connect()

    async def can_read_destructive(self) -> bool:
        """Whether an answer lies there that nobody took; raises ConnectionError when it has ended.

        The loop has read what came. What ends right now fails the command, as it always could.
        """
        if self._reader is None or self._reader.at_eof() or self._reader.exception():
            raise RedisIsAway("the server closed the connection")
        return not self._socket_is_empty()  # type: ignore[no-untyped-call]

    @property
    def is_at_rest(self) -> bool:
        """Whether it is connected, and nothing lies there to be read."""
        reader = self._reader
        return (
            reader is not None
            and not reader.at_eof()
            and not reader.exception()
            and bool(self._socket_is_empty())  # type: ignore[no-untyped-call]
        )

    async def send_packed_command(
        self, command: bytes | str | Iterable[bytes], check_health: bool = True
    ) -> None:
        """Send it within the socket's timeout; an error, or a cancel, closes the connection."""
        if not self.is_connected:
            await self.connect()  # type: ignore[no-untyped-call]
        elif check_health and self._loop.time() > self.next_health_check:
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

    async def read_response(
        self,
        disable_decoding: bool = False,
        timeout: float | None = None,
        *,
        disconnect_on_error: bool = True,
        push_request: bool | None = False,
    ) -> Any:
        """The answer, within the socket's timeout; an error, or a cancel, closes the connection.

        Who waits for messages, within a time of their own or none, gets redis-py's.
        """
        if timeout is not None or self.socket_timeout is None or not disconnect_on_error:
            return await super().read_response(
                disable_decoding,
                timeout,
                disconnect_on_error=disconnect_on_error,
                push_request=push_request,
            )
        self._await_answer(self.socket_timeout)
        try:
            answer = await self._parser.read_response(disable_decoding=disable_decoding)  # type: ignore[attr-defined]
        except TimeoutError:
            await self.disconnect(nowait=True)
            raise RedisIsSilent("Timeout reading from socket") from None
        except OSError as error:
            await self.disconnect(nowait=True)
            raise RedisIsAway(f"{error} while reading from socket") from error
        except BaseException:
            await self.disconnect(nowait=True)
            raise
        finally:
            self._awaits_answer = False
        self.next_health_check = self._loop.time() + self.health_check_interval
        if isinstance(answer, ResponseError):
            raise answer from None
        return answer

    def _await_answer(self, seconds: float) -> None:
        self._awaits_answer, self._answer_by = True, self._loop.time() + seconds
        if self._watch is None:
            self._watch = self._loop.call_at(self._answer_by, self._look)

    def _look(self) -> None:
        self._watch = None
        if not self._awaits_answer or self._reader is None:
            return
        if self._loop.time() < self._answer_by:
            self._watch = self._loop.call_at(self._answer_by, self._look)
        else:
            self._reader.set_exception(TimeoutError())

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


LIGHT: dict[type[AbstractConnection], type[AbstractConnection]] = {
    Connection: _Tcp,
    SSLConnection: _Tls,
    UnixDomainSocketConnection: _Unix,
}
"""By redis-py's own kind."""

"""Connections to Redis, lent without further questions: redis-py's own cost more than a command.

What is left out (redis-py 5.3, `redis/asyncio/connection.py`; figures: docs/arq.md): a lock to take
a connection and to give it back, and an event of that for who renews passwords; two calls that ask
whether it is connected. See `light_connection.py` too.
"""

import asyncio
from typing import Any

from redis.asyncio import Connection, ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisIsAway

from shared.redis.light_connection import LIGHT, LightConnection


class WaitingPool(ConnectionPool):
    """Waits when it is used up, for `timeout` seconds, in the order in which it was asked."""

    def __init__(
        self,
        connection_class: type[AbstractConnection] = Connection,
        max_connections: int = 32,
        timeout: float = 20,
        **options: Any,
    ) -> None:
        kind = LIGHT.get(connection_class, connection_class)
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
        if isinstance(connection, LightConnection) and connection.is_at_rest:
            return connection
        try:
            await self.ensure_connection(connection)
        except BaseException:
            await self.release(connection)
            raise
        return connection

    async def release(self, connection: AbstractConnection) -> None:
        """Give a connection back: it goes to who has waited longest."""
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

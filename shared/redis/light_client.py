"""A client whose commands go to their connection straight away.

What is left out (redis-py 5.3, `redis/asyncio/client.py`): a retry with two closures around each
command, which never tries twice (`retry_on_error` is empty: a command may have been carried out).
"""

import inspect
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import TimeoutError as RedisIsSilent


class LightRedis(Redis):
    """redis-py's client with a shorter way for a plain command; its pool may be shared."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send it once, and give what was answered; raises RedisError."""
        options.pop("keys", None)  # for a cache in this process, which there is none of
        if options or self.connection is not None:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        pool = self.connection_pool
        connection = await pool.get_connection()
        try:
            await connection.send_packed_command(connection.pack_command(*args))
            answer = await connection.read_response()
        except (RedisIsAway, RedisIsSilent):
            await connection.disconnect()
            raise
        finally:
            await pool.release(connection)
        return await self._read(args[0], answer)

    async def _read(self, command: str, answer: Any) -> Any:
        as_told = self.response_callbacks.get(command)
        if as_told is None:
            return answer
        read = as_told(answer)
        return await read if inspect.isawaitable(read) else read

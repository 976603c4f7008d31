"""Where a deployment keeps what it keeps: read before a bot file or a key is there."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import TimeoutError as RedisIsSilent

from operate.backup.owner import give_to_its_owner
from operate.launch.valkey import EmbeddedValkey, ValkeyError, launchers_valkey
from operate.shell.ending import end
from operate.shell.made_up import called
from shared.keys import Keys
from shared.redis.client import redis_client
from shared.startup.environment import read_environment

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Deployment:
    """Its Redis and its folder, by the three settings of the processes that say them."""

    redis_url: str | None
    """None: the launcher brings a Valkey, below `data_dir`."""
    prefix: str
    data_dir: Path

    @classmethod
    def told(cls) -> "Deployment":
        """As the environment and `.env` say it."""
        values = read_environment().values
        return cls(
            values.get("REDIS_URL"),
            values.get("REDIS_PREFIX", "campfire"),
            Path(values.get("DATA_DIR", "data")),
        )

    def in_redis(self, act: Callable[[Redis, Keys], Awaitable[Result]]) -> Result:
        """What `act` gives; the launcher's own Valkey is used as it runs, or started for it.

        Ends the command with a sentence where Redis does not answer.
        """
        if self.redis_url is not None:
            return self._at(self.redis_url, act)
        try:
            with self._valkey() as valkey:
                return self._at(valkey.url, act)
        except ValkeyError as error:
            end(f"REDIS_URL is not set, and the launcher's Valkey cannot be had: {error}")
        finally:
            give_to_its_owner(self.data_dir)

    def running(self) -> "Deployment":
        """The same, with the launcher's Valkey where it runs at this moment."""
        if self.redis_url is None and (valkey := self._valkey()).listens():
            return replace(self, redis_url=valkey.url)
        return self

    def _valkey(self) -> EmbeddedValkey:
        return launchers_valkey(self.data_dir / "valkey")

    def _at(self, url: str, act: Callable[[Redis, Keys], Awaitable[Result]]) -> Result:
        try:
            redis = redis_client(url)
        except ValueError as error:
            end(f"REDIS_URL: {error}")

        async def run() -> Result:
            try:
                return await act(redis, Keys(self.prefix))
            finally:
                await redis.aclose()

        try:
            return asyncio.run(run())
        except (RedisIsAway, RedisIsSilent) as error:
            end(f"{called(read_environment().values)} does not answer ({type(error).__name__})")

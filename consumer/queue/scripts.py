"""The Lua scripts of the queue (lua/), registered by name; redis-py reloads one Redis forgot."""

from collections.abc import Awaitable
from pathlib import Path
from typing import Any, cast

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from shared.outages import outlive_outages


class Scripts:
    """Runs the scripts by name on one client."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._registered: dict[str, AsyncScript] = {}

    async def run(self, name: str, keys: list[str], arguments: list[Any]) -> Any:
        """Run `<name>.lua` once; raises redis.RedisError."""
        if name not in self._registered:
            self._registered[name] = self._redis.register_script(source(name))
        return await cast(Awaitable[Any], self._registered[name](keys=keys, args=arguments))

    async def run_patiently(self, name: str, keys: list[str], arguments: list[Any]) -> Any:
        """Run it once Redis answers: what was posted must be recorded, or is posted again.

        It may run twice, when an answer was lost; each script bears that.
        """
        async for attempt in outlive_outages(name):
            with attempt:
                return await self.run(name, keys, arguments)
        raise AssertionError("outlive_outages ends only with an answer")


def source(name: str) -> str:
    """The text of `<name>.lua`."""
    return (Path(__file__).parent / "lua" / f"{name}.lua").read_text(encoding="utf-8")

"""Lua scripts: read with what they include, sent whole, cached by Redis under their hash.

A line `--- @include "wake"` stands for `shared/redis/lua/wake.lua`, and what that includes: what
several scripts do is written there once, and stands in each of them once. `"claim/holding"` stands
for a part of `claim.lua`, in the folder of its name beside it. A package loads its scripts when it
is imported; one that includes what does not exist fails there, and not at the first message.
"""

import re
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError

from shared.redis.outages import despite_outages

INCLUDES = Path(__file__).parent / "lua"
Call = tuple[list[str], list[Any]]
"""Keys and arguments."""
_INCLUDE = re.compile(r'^--- @include "(?P<name>[^"]*)"\n', re.MULTILINE)


class UnknownInclude(Exception):
    """A script includes what is not in `shared/redis/lua`."""


def lua_scripts(folder: Path) -> dict[str, str]:
    """The scripts beside each other in a folder, whole, by name; raises UnknownInclude."""
    return {file.stem: _whole(file) for file in folder.glob("*.lua")}


class Scripts:
    """Runs scripts by name on one client; redis-py sends one again that Redis has forgotten."""

    def __init__(self, redis: Redis, sources: Mapping[str, str]) -> None:
        self._redis = redis
        self._sources = sources
        self._registered: dict[str, AsyncScript] = {}

    async def run(self, name: str, keys: list[str], arguments: list[Any]) -> Any:
        """Run a script once; raises redis.RedisError."""
        command = "EVALSHA", self._script(name).sha, len(keys), *keys, *arguments
        try:
            return await self._redis.execute_command(*command)  # type: ignore[no-untyped-call]
        except NoScriptError:
            await self._redis.script_load(self._sources[name])
            return await self._redis.execute_command(*command)  # type: ignore[no-untyped-call]

    async def queue(self, pipe: Pipeline, name: str, keys: list[str], arguments: list[Any]) -> None:
        """Have it run with the rest of a pipeline; what it gives is in the pipeline's answer."""
        await cast(Awaitable[Any], self._script(name)(keys=keys, args=arguments, client=pipe))

    async def run_each(self, name: str, calls: Sequence[Call]) -> list[Any]:
        """Run it for each, in one round trip; raises RedisError where Redis gave no answers. Each
        answer may be a RedisError too.

        redis-py would ask before each pipeline whether Redis knows the script.
        """
        script = self._script(name)
        answers = await self._sent(script, calls)
        unknown = [at for at, it in enumerate(answers) if isinstance(it, NoScriptError)]
        if unknown:
            await self._redis.script_load(self._sources[name])
            again = await self._sent(script, [calls[at] for at in unknown])
            for at, answer in zip(unknown, again, strict=True):
                answers[at] = answer
        return answers

    async def run_patiently(self, name: str, keys: list[str], arguments: list[Any]) -> Any:
        """Run it once Redis answers: what was posted must be recorded, or is posted again.

        It may run twice, when an answer was lost; each script bears that.
        """
        return await despite_outages(name, self.run, name, keys, arguments)

    async def _sent(self, script: AsyncScript, calls: Sequence[Call]) -> list[Any]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for keys, arguments in calls:
                pipe.evalsha(script.sha, len(keys), *keys, *arguments)
            return list(await pipe.execute(raise_on_error=False))

    def _script(self, name: str) -> AsyncScript:
        if name not in self._registered:
            self._registered[name] = self._redis.register_script(self._sources[name])
        return self._registered[name]


def _whole(file: Path, known: set[str] | None = None) -> str:
    known = set() if known is None else known

    def included(line: re.Match[str]) -> str:
        if line["name"] in known:
            return ""
        known.add(line["name"])
        folder = file.parent if "/" in line["name"] else INCLUDES
        try:
            return _whole(folder / f"{line['name']}.lua", known)
        except FileNotFoundError as error:
            raise UnknownInclude(f"{file.name} includes {line['name']}") from error

    return _INCLUDE.sub(included, file.read_text(encoding="utf-8"))

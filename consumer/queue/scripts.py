"""The Lua scripts beside this file, registered by name; redis-py reloads one Redis forgot."""

from pathlib import Path

from redis.asyncio import Redis
from redis.commands.core import AsyncScript


def script(redis: Redis, name: str) -> AsyncScript:
    """The script in `<name>.lua`, ready to be called with keys and arguments."""
    return redis.register_script(source(name))


def source(name: str) -> str:
    """The text of `<name>.lua`."""
    return (Path(__file__).parent / f"{name}.lua").read_text(encoding="utf-8")

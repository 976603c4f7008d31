"""A command's look into Redis, as the processes' settings name it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from operate.ending import end
from operate.launch.bot_keys import key_file, made_bot_keys
from operate.launch.environment import LaunchError
from operate.launch.valkey import launchers_valkey
from shared.audit import AuditTrail
from shared.keys import Keys
from shared.operating.actions import Actions
from shared.redis.client import redis_client
from shared.redis.format import Format, OtherFormat
from shared.secret_names import BOT_KEY_PREFIX
from shared.startup.environment import read_environment
from shared.startup.settings import Settings, SharedSettings, load_settings

Result = TypeVar("Result")


def in_redis(act: Callable[[Redis, Keys], Awaitable[Result]]) -> Result:
    """What `act` gives; ends the command with a sentence where Redis does not answer."""
    settings = operator_settings()

    async def run() -> Result:
        redis = redis_client(settings.redis_url)
        try:
            keys = Keys(settings.redis_prefix)
            await Format(redis, keys).check()
            return await act(redis, keys)
        finally:
            await redis.aclose()

    try:
        return asyncio.run(run())
    except OtherFormat as error:
        end(str(error))
    except RedisError as error:
        end(f"REDIS_URL: Redis does not answer ({type(error).__name__})")


def operator_settings() -> SharedSettings:
    """What a look into Redis takes. Raises ConfigurationError."""
    return settings_here(SharedSettings)


def settings_here(kind: type[Settings]) -> Settings:
    """A process's own; what is not set, as the launcher makes it up: its Valkey while it runs,
    and the bots' keys in its sandbox, where there is no Campfire.

    Raises ConfigurationError.
    """
    told = read_environment().values
    made: dict[str, Any] = {}
    if "REDIS_URL" not in told and (url := redis_url(told)):
        made["redis_url"] = url
    if "CAMPFIRE_URL" not in told and (keys := _sandbox_keys(told)):
        made["bot_keys"] = keys
    return load_settings(kind, **made)


def _sandbox_keys(told: Mapping[str, str]) -> dict[str, str]:
    file = key_file(Path(told.get("DATA_DIR", "data")))
    try:
        made = made_bot_keys(Path(told.get("BOTS_DIR", "bots")), file)
    except LaunchError:
        return {}
    return made | {name: key for name, key in told.items() if name.startswith(BOT_KEY_PREFIX)}


def redis_url(told: Mapping[str, str]) -> str | None:
    """`REDIS_URL`, or where the launcher's Valkey listens; None: it does not run."""
    if url := told.get("REDIS_URL"):
        return url
    valkey = launchers_valkey(Path(told.get("DATA_DIR", "data")) / "valkey")
    return valkey.url if valkey.listens() else None


def act(do: Callable[[Actions], Awaitable[Result]]) -> Result:
    """What an act of an operator's gives; it stands in the audit. Ends as `in_redis` does."""

    async def acted(redis: Redis, keys: Keys) -> Result:
        return await do(Actions(redis, keys, AuditTrail(redis, keys), via="command"))

    return in_redis(acted)

"""A command's look into Redis, as the processes' settings name it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from operate.shell.ending import end
from operate.shell.made_up import NO_VALKEY, START, as_fields, called, redis_url, sandbox_keys
from shared.audit import AuditTrail
from shared.errors import ConfigurationError
from shared.keys import Keys
from shared.operating.actions import Actions
from shared.redis.client import redis_client
from shared.redis.format import Format, OtherFormat
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
        end(f"{called(read_environment().values)} does not answer ({type(error).__name__})")


def operator_settings() -> SharedSettings:
    """What a look into Redis takes. Raises ConfigurationError."""
    return settings_here(SharedSettings)


def settings_here(kind: type[Settings]) -> Settings:
    """A process's own; what is not set, as the launcher makes it up: its Valkey while it runs,
    and the bots' keys in its sandbox, where there is no Campfire.

    Raises ConfigurationError.
    """
    told = read_environment().values
    made = sandbox_keys(told)
    if "REDIS_URL" not in told and (url := redis_url(told)):
        made["REDIS_URL"] = url
    try:
        return load_settings(kind, **as_fields(told, made))
    except ConfigurationError as error:
        raise ConfigurationError(list(map(_for_a_command, error.problems))) from None


def _for_a_command(problem: str) -> str:
    """Processes are told of a setting what a command finds by itself, while the service runs."""
    return f"{NO_VALKEY}. {START}" if problem.startswith("REDIS_URL: not set") else problem


def act(do: Callable[[Actions], Awaitable[Result]]) -> Result:
    """What an act of an operator's gives; it stands in the audit. Ends as `in_redis` does."""

    async def acted(redis: Redis, keys: Keys) -> Result:
        return await do(Actions(redis, keys, AuditTrail(redis, keys), via="command"))

    return in_redis(acted)

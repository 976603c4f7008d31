"""`python -m operate tools`: which tools agents called."""

from redis.asyncio import Redis

from operate.shell.in_redis import in_redis
from operate.shell.saying import say_each
from shared.between_processes.service_status import ServiceStatus, ToolStatus
from shared.keys import Keys
from shared.operating.reading.members import status_of_all


def tools() -> None:
    """Which bot called which tool how often since the consumers' start, and how that ended."""
    none = "no tool was called since the consumers' start"
    say_each(map(_line, in_redis(_board).tools), none=none)


def _line(it: ToolStatus) -> str:
    ended = f"ok={it.ok} failed={it.failed} denied={it.denied} interrupted={it.interrupted}"
    return f"{it.bot_id} {it.tool} calls={it.calls} {ended} seconds={it.seconds:g}"


async def _board(redis: Redis, keys: Keys) -> ServiceStatus:
    return await status_of_all(redis, keys) or ServiceStatus()

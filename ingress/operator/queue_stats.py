"""How many messages wait and run, lane by lane, read in two round trips."""

from collections.abc import Awaitable
from typing import Any, cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Line


async def queue_stats(redis: Redis, keys: Keys) -> dict[str, Any]:
    """Totals and one row a lane that holds a message, and a line of control words beside one.

    Raises redis.RedisError.
    """
    names = await cast(Awaitable[set[bytes]], redis.smembers(keys.lanes))
    lines = sorted(Line.parse(name.decode()) for name in names)
    pipe = redis.pipeline(transaction=False)
    for line in lines:
        pipe.lrange(keys.lane(line), 0, -1)
    waiting = await pipe.execute()
    running = await _running(redis, keys, [jobs[0] for jobs in waiting if jobs])
    rows = [
        _row(line, len(jobs), running.get(jobs[0], False))
        for line, jobs in zip(lines, waiting, strict=True)
        if jobs
    ]
    return {
        "total": sum(row["waiting"] + row["running"] for row in rows),
        "waiting": sum(row["waiting"] for row in rows),
        "running": sum(row["running"] for row in rows),
        "lanes": rows,
    }


async def _running(redis: Redis, keys: Keys, heads: list[bytes]) -> dict[bytes, bool]:
    pipe = redis.pipeline(transaction=False)
    for head in heads:
        pipe.exists(keys.in_progress(head.decode()))
    return dict(zip(heads, map(bool, await pipe.execute()), strict=True))


def _row(line: Line, depth: int, running: bool) -> dict[str, Any]:
    return {
        "room_id": line.lane.room_id,
        "bot_id": line.lane.bot_id,
        "control": line.control,
        "waiting": depth - running,
        "running": int(running),
    }

"""How many messages wait and run, lane by lane, in a fixed number of round trips."""

from collections.abc import Iterable
from typing import Any

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane
from shared.operating.reading.depths import Depth, depths


async def queue_stats(redis: Redis, keys: Keys) -> dict[str, Any]:
    """Totals and one row a lane that holds a message, and a line of control words beside one; where
    they are more than a hundred, those whose messages wait longest.

    Raises redis.RedisError.
    """
    queue = await depths(redis, keys)
    return {
        "total": queue.messages,
        "waiting": queue.waiting,
        "running": len(queue.running),
        "lanes_in_all": queue.lines,
        "lanes": [_row(depth) for depth in queue.shown],
    }


async def waiting_in(redis: Redis, keys: Keys, lanes: Iterable[Lane]) -> dict[Lane, int]:
    """How many messages wait in each of these lanes; raises redis.RedisError."""
    asked = list(lanes)
    pipe = redis.pipeline(transaction=False)
    for lane in asked:
        pipe.llen(keys.lane(lane))
        pipe.lindex(keys.lane(lane), 0)
    pipe.smembers(keys.running)
    *answers, running = await pipe.execute()
    counts = zip(asked, answers[::2], answers[1::2], strict=True)
    return {lane: messages - (head in running) for lane, messages, head in counts}


def _row(depth: Depth) -> dict[str, Any]:
    return {
        "room_id": depth.line.lane.room_id,
        "bot_id": depth.line.lane.bot_id,
        "control": depth.line.control,
        "waiting": depth.waiting,
        "running": int(depth.runs),
    }

"""How the last message of each lane ended, as far back as the newest of all that ended tell."""

from collections.abc import Collection

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane
from shared.operating.reading.facts import ended_rows

NEWEST = 1000
"""So many are looked through: by their ids, which name their lanes."""
OF_A_LANE = 2
"""So many are read: the newest may be a control word, which says nothing of the bot."""


class _Ended(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    word: str | None = None
    outcome: str = ""


async def last_outcomes(redis: Redis, keys: Keys, lanes: Collection[Lane]) -> dict[Lane, str]:
    """How the last message of each lane ended, where that is known; raises RedisError."""
    by_lane = keys.by_lane(map(bytes.decode, await redis.zrevrange(keys.ended, 0, NEWEST - 1)))
    newest = {lane: by_lane[lane][:OF_A_LANE] for lane in lanes if lane in by_lane}
    rows = await ended_rows(redis, keys, [job for jobs in newest.values() for job in jobs])
    ended = {job: _Ended.model_validate_json(row) for job, row in rows.items()}
    found = {
        lane: next((ended[job].outcome for job in jobs if _says_something(ended.get(job))), "")
        for lane, jobs in newest.items()
    }
    return {lane: outcome for lane, outcome in found.items() if outcome}


def _says_something(row: _Ended | None) -> bool:
    return row is not None and row.word is None

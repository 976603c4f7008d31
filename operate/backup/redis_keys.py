"""Our keys of Redis, whole: out of one and into another of the same version or newer."""

from collections.abc import Iterable
from dataclasses import dataclass

from redis.asyncio import Redis

from operate.backup.lua import BACKUP_SCRIPTS
from shared.keys import Keys
from shared.redis.scripts import Scripts

BATCH = 500


@dataclass(frozen=True, slots=True)
class Dumped:
    """One key."""

    name: bytes
    ends_ms: int
    """ms since the epoch; 0: it stays."""
    payload: bytes
    """As Redis' DUMP gives it."""


async def dumped(redis: Redis, keys: Keys) -> list[Dumped]:
    """All of them, as of one moment; without what only a running consumer holds true.

    Blocks Redis meanwhile: some 10 ms for a thousand keys. Raises RedisError.
    """
    flat = await Scripts(redis, BACKUP_SCRIPTS).run("dump", [], [keys.tag])
    rows = [Dumped(flat[n], int(flat[n + 1]), flat[n + 2]) for n in range(0, len(flat), 3)]
    passing = _passing(keys)
    return [row for row in _once(rows) if row.name not in passing]


async def is_empty(redis: Redis, keys: Keys) -> bool:
    """Whether nothing of a deployment with this prefix is there; raises RedisError."""
    return not await dumped(redis, keys)


async def restore(redis: Redis, rows: Iterable[Dumped]) -> int:
    """Put them there, and give how many; raises RedisError for a payload of a newer version."""
    rows, count = list(rows), 0
    for start in range(0, len(rows), BATCH):
        pipe = redis.pipeline(transaction=False)
        for row in rows[start : start + BATCH]:
            pipe.restore(row.name, row.ends_ms, row.payload, absttl=row.ends_ms > 0)
        count += len(await pipe.execute())
    return count


def _passing(keys: Keys) -> frozenset[bytes]:
    """A restored lease would keep the next consumer waiting for nobody."""
    names = [keys.lease, keys.members, keys.alone, keys.leaving, keys.heartbeat, keys.health]
    names += [keys.wake, keys.ready_probe, keys.session_stats]
    return frozenset(name.encode() for name in names)


def _once(rows: Iterable[Dumped]) -> list[Dumped]:
    """SCAN may give a key twice."""
    return list({row.name: row for row in rows}.values())

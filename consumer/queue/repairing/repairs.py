"""Mends what a crash, or an answer lost on its way, left between two steps."""

from collections.abc import Iterable

from redis.asyncio import Redis

from consumer.queue.handed import Running
from consumer.queue.lua import QUEUE_SCRIPTS
from shared.keys import FAR_FUTURE_MS, Keys
from shared.redis.scripts import Scripts

LANES_AT_ONCE = 250
"""Each costs Redis some 10 µs, in which nobody else is served."""


class Repairs:
    """The repairing acts of the member `me`; all raise redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys, me: str, *, lease_ms: int) -> None:
        self._scripts = Scripts(redis, QUEUE_SCRIPTS)
        self._keys = keys
        self._me = me
        self._lease_ms = lease_ms
        self._swept = b"0"
        self.lapse_s: float | None = None
        """In how many seconds, as the last reclaim found, the next lease of another member lapses,
        unless its heart beats; None: there is no other."""

    async def reclaim(self) -> list[str]:
        """Set going again what dead members left running; gives the job ids."""
        keys = self._keys
        names = [keys.members, keys.running, keys.queue, keys.suspects, keys.wake]
        names += [keys.alone, keys.leaving, keys.control_due]
        prefixes = [keys.message(""), keys.in_progress("")]
        told = await self._scripts.run("reclaim", names, [self._me, *prefixes, self._lease_ms])
        lapse_ms, *ids = told or [-1]
        self.lapse_s = lapse_ms / 1000 if lapse_ms >= 0 else None
        return [job_id.decode() for job_id in ids]

    async def sweep(self) -> list[str]:
        """Look at the next lanes (LANES_AT_ONCE or some more) and set those going that nothing
        would wake any more; gives their heads' job ids."""
        keys = self._keys
        names = [keys.lanes, keys.queue, keys.running, keys.wake, keys.control_due]
        names += [keys.arrivals, keys.held, keys.paused]
        arguments = [FAR_FUTURE_MS, keys.lane_prefix, keys.message("")]
        arguments += [self._swept, LANES_AT_ONCE]
        self._swept, *ids = await self._scripts.run("sweep", names, arguments)
        return [job_id.decode() for job_id in ids]

    @property
    def all_swept(self) -> bool:
        """Whether the last sweep came to the end of the lanes, and the next begins anew."""
        return self._swept == b"0"

    async def running(self) -> Running:
        """What Redis holds for running here."""
        keys = self._keys
        names, arguments = [keys.running, keys.offers], [self._me, keys.message("")]
        at_ms, handed, *ours = await self._scripts.run("ours", names, arguments)
        return Running(frozenset(job.decode() for job in ours), int(at_ms), int(handed))

    async def abandon(self, job_ids: Iterable[str]) -> None:
        """Set going again what is marked as running here, though nothing here runs it."""
        keys = self._keys
        names = [keys.members, keys.running, keys.queue, keys.wake]
        names.append(keys.control_due)
        arguments = [self._me, keys.message(""), keys.in_progress("")]
        await self._scripts.run("abandon", names, [*arguments, *job_ids])

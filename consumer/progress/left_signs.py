"""Takes down what still stands of messages that have ended.

It ended while it waited, or Campfire was in trouble when its turn did, or the process died in
between: settle.lua keeps what was recorded of its signs, and it is seen to here until it is done.
"""

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, cast

import structlog
from redis.asyncio import Redis

from consumer.campfire.client import Campfire
from consumer.campfire.errors import CampfireUnavailable, CampfireUnclear
from consumer.progress.ending_signs import sign_of
from consumer.progress.marks.boost_ids import BoostIds
from consumer.progress.marks.marks import Marks
from consumer.progress.marks.traces import Traces
from shared.awaiting import set_within
from shared.errors import is_bug
from shared.keys import Keys
from shared.lane import Lane
from shared.redis.outages import despite_outages

AGAIN_S = 30.0
TAKEN_S = 60
"""So long one consumer alone sees to the signs of a message: it may be killed meanwhile."""
MOST_TRIES = 60
"""Half an hour; who then still sees a sign has seen the answer too."""

log = structlog.get_logger()


class LeftSigns:
    """Works through the list when a message has left some, again while something is left, and now
    and then: another consumer may have died over it."""

    def __init__(
        self,
        campfire: Campfire,
        redis: Redis,
        keys: Keys,
        boost_ids: BoostIds,
    ) -> None:
        self._campfire, self._redis, self._name = campfire, redis, keys.left_signs
        self._keys = keys
        self._boost_ids = boost_ids
        self._tries: dict[str, int] = {}
        self._left = asyncio.Event()

    def look(self) -> None:
        """A message has ended whose signs stand yet; never blocks."""
        self._left.set()

    async def run(self) -> None:
        """Bring to their end the signs that others left; never returns."""
        while True:
            self._left.clear()
            left = await despite_outages("left_signs", self._read)
            for job_id in left:
                kept = await despite_outages("left_signs", self._take, job_id)
                if kept is not None:
                    await self._see_to(job_id, json.loads(kept))
            self._tries = {job: tries for job, tries in self._tries.items() if job in left}
            await set_within(self._left, AGAIN_S)

    async def _read(self) -> set[str]:
        stored = await cast(Awaitable[list[bytes]], self._redis.hkeys(self._name))
        return {job_id.decode() for job_id in stored}

    async def _take(self, job_id: str) -> bytes | None:
        """What is kept of the message's signs; None where another is at them, or they are gone."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.set(self._keys.left_signs_taken(job_id), "1", nx=True, ex=TAKEN_S)
        pipe.hget(self._name, job_id)
        is_ours, kept = await pipe.execute()
        if is_ours and kept is None:
            await self._give_back(job_id)
        if not is_ours:
            self._tries.setdefault(job_id, 0)  # its consumer may die: it is looked for again
        return kept if is_ours else None

    async def _see_to(self, job_id: str, kept: Any) -> None:
        self._tries[job_id] = self._tries.get(job_id, 0) + 1
        try:
            await self._finish(job_id, *kept)
        except (CampfireUnavailable, CampfireUnclear) as error:
            log.info("sign_left", error=type(error).__name__, tries=self._tries[job_id])
            if self._tries[job_id] < MOST_TRIES:
                await despite_outages("left_signs", self._give_back, job_id)
                return
        except Exception as error:  # refused: neither a repetition nor a restart would help
            log.warning("sign_failed", error=type(error).__name__, exc_info=is_bug(error))
        del self._tries[job_id]
        await despite_outages("left_signs", self._forget, job_id)

    async def _finish(self, job_id: str, traces: dict[str, Any], ending: dict[str, Any]) -> None:
        _, bot_id, room_id, message_id = job_id.rsplit(":", 3)
        known = Traces.read(traces)
        if bot_id not in self._campfire.bot_ids or not known.is_any:
            return
        await self._campfire.probe()
        marks = Marks(
            self._campfire.room(Lane(int(room_id), bot_id)),
            message_id,
            known,
            Ended(self._redis, self._name, job_id, ending),
            self._boost_ids,
        )
        await marks.finish(sign_of(ending["outcome"], ending.get("reason", "")))

    async def _forget(self, job_id: str) -> None:
        await cast(Awaitable[int], self._redis.hdel(self._name, job_id))
        await self._give_back(job_id)

    async def _give_back(self, job_id: str) -> None:
        await self._redis.delete(self._keys.left_signs_taken(job_id))


@dataclass(frozen=True, slots=True)
class Ended:
    """What is kept of an ended message, as its marks need it; one consumer alone sees to it."""

    redis: Redis
    name: str
    job_id: str
    ending: dict[str, Any]

    async def record(self, traces: Traces) -> None:
        """Keep the traces in the list; outlives an outage of Redis."""
        await despite_outages("left_signs", self._record, json.dumps([traces.wire(), self.ending]))

    async def _record(self, kept: str) -> None:
        await cast(Awaitable[int], self.redis.hset(self.name, self.job_id, kept))

"""The board where the consumer writes what its turns are doing, for operators to see."""

import asyncio

from redis.asyncio import Redis

from consumer.stories.stories import Stories, Story
from shared.awaiting import set_within
from shared.keys import Keys
from shared.operating.now import TurnNow, TurnsTold
from shared.operating.timeline import bounded
from shared.redis.outages import despite_outages

AT_MOST_EVERY_S = 1.0
STAYS_EVERY_S = 10.0
KEEP_S = 30


class TurnsBoard:
    """Writes when something has happened, once a second at most, and now and then so that it
    stays. Nothing runs: nothing is written."""

    def __init__(
        self, redis: Redis, keys: Keys, stories: Stories, *, member: str, slots: int
    ) -> None:
        """`member`: whose turns they are."""
        self._redis, self._keys = redis, keys
        self._name = keys.turns_of(member)
        self._stories, self._slots = stories, slots
        self._changed = asyncio.Event()
        stories.changed = self._changed.set

    async def run(self) -> None:
        """Tell Redis what the turns are doing, whenever that changes; never returns."""
        while True:
            self._changed.clear()
            told = self._told().model_dump_json(exclude_defaults=True)
            await despite_outages("turns_board", self._write, told)
            await asyncio.sleep(AT_MOST_EVERY_S)
            await set_within(self._changed, STAYS_EVERY_S)

    async def _write(self, told: str) -> None:
        await self._redis.set(self._name, told, ex=KEEP_S)

    def _told(self) -> TurnsTold:
        turns = (self._turn(job, story) for job, story in self._stories.running.items())
        return TurnsTold(slots=self._slots, turns=tuple(turn for turn in turns if turn))

    def _turn(self, job: str, story: Story) -> TurnNow | None:
        lane = self._keys.lane_of(self._keys.stored(job))
        if lane is None:
            return None
        steps = bounded(tuple(story.steps))
        return TurnNow(
            job=job,
            bot_id=lane.bot_id,
            room_id=lane.room_id,
            claimed_ms=story.claimed_ms,
            tier=story.tier,
            doing=steps[-1] if steps else None,
            steps=steps,
        )

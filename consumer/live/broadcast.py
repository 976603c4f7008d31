"""The broadcast: turns tell what happens in them, and it reaches the lanes' streams soon after.

Telling never waits and never raises: with Redis away a watcher loses text, a turn not a moment.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from consumer.agent import OnEvent, TurnEvent
from consumer.ending_tasks import to_its_end
from consumer.live.buffer import Batch, LaneBuffer
from consumer.live.translation import live_event
from consumer.queue.claim import Claim
from consumer.queue.ticket import Ticket
from shared.between_processes.live_events import (
    LiveEvent,
    Posted,
    Settled,
)
from shared.keys import Keys, plain
from shared.lane import Lane
from shared.redis.outages import despite_outages
from shared.redis.scripts import Scripts, lua_scripts

FIRST_S = 0.02
"""Before the first batch: a turn tells that it starts, and its prompt goes first."""
WINDOW_S = 0.1
"""At most one batch of a lane in so long: what a person sees as at once."""
LAST_S = 0.15
"""For the last batch at the end of a drain, which cancels again after 0.2 s."""
MAX_LANES = 1000


log = structlog.get_logger()


class Broadcast:
    """Collects events and writes them while this consumer (`me` in the lease) is a member."""

    def __init__(
        self,
        redis: Redis,
        keys: Keys,
        me: str,
        *,
        also: Callable[[LiveEvent], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`also` is told of each event too; it never blocks and never raises."""
        self._also = also
        self._keys, self._me, self._clock = keys, me, clock
        self._lanes: dict[Lane, LaneBuffer] = {}
        self._told = asyncio.Event()
        self._elsewhere: set[Lane] = set()
        """Whose batch is being written by who ends a message."""
        self._batches = 0
        self._scripts = Scripts(redis, _SCRIPTS)

    def turn(self, claim: Claim) -> "TurnBroadcast":
        """Where the turn of this message tells what happens."""
        return TurnBroadcast(self, claim.message.lane, claim.job_id, self._clock)

    def beside(self, claim: Claim, on_event: OnEvent) -> OnEvent:
        """One that tells of the events of this message's turn too."""
        turn = self.turn(claim)

        def tell_both(event: TurnEvent) -> None:
            turn.note(event)
            on_event(event)

        return tell_both

    def ending(self, ticket: Ticket, ending: Mapping[str, Any]) -> "EndBroadcast":
        """A message is about to end, whether it had a turn or not: what is to be written to the
        lane's stream in the same step."""
        turn = TurnBroadcast(self, ticket.lane, ticket.job_id, self._clock)
        told = ending["outcome"], ending.get("reason", ""), ending.get("tier", "")
        buffer = self._lanes.get(ticket.lane)
        if buffer is not None and buffer.is_on_its_way:
            return EndBroadcast(later=partial(turn.settled, *told))
        turn.settled(*told, soon=False)
        return self._beside(ticket.lane)

    def _beside(self, lane: Lane) -> "EndBroadcast":
        """What waits for the lane, to be written by whoever asks; nothing else writes it then."""
        buffer = self._lanes.get(lane)
        batch = buffer.batch(self._new_id()) if buffer else None
        if buffer is None or batch is None:
            return EndBroadcast()
        self._elsewhere.add(lane)

        def over(*, is_written: bool, with_end: bool) -> None:
            self._elsewhere.discard(lane)
            if is_written:
                self._confirm(lane)
                return
            if not with_end:
                buffer.take_back_last()
            if buffer.is_empty:
                del self._lanes[lane]
            self._told.set()

        return EndBroadcast((batch.id, *_wire(batch)), over=over)

    def tell(self, lane: Lane, event: LiveEvent, *, soon: bool = True) -> None:
        """Have an event written to the lane's stream; never blocks, never raises.

        Not `soon`: with what is told next.
        """
        self._also(event)
        if lane not in self._lanes and len(self._lanes) >= MAX_LANES:
            return  # Redis is away, and that many lanes wait for it: no more memory than this
        self._lanes.setdefault(lane, LaneBuffer()).add(event)
        if soon:
            self._told.set()

    async def run(self) -> None:
        """Write what was told to the streams; cancelled, once more. Never returns."""
        try:
            while True:
                await self._told.wait()
                await asyncio.sleep(FIRST_S)
                self._told.clear()
                await despite_outages("live_stream", self._write)
                await asyncio.sleep(WINDOW_S)
        finally:
            # In a task of its own: in one that was cancelled, Python before 3.11.3 takes redis-py's
            # timeouts for cancellations (python/cpython#102780), and the last events were lost.
            await to_its_end(self._write_the_last())

    async def _write(self) -> None:
        """All lanes' batches in one round trip; raises RedisError, then nothing is forgotten."""
        batches = {
            lane: batch
            for lane, buffer in self._lanes.items()
            if lane not in self._elsewhere and (batch := buffer.batch(self._new_id()))
        }
        if not batches:
            return
        calls = [
            ([self._keys.members, self._keys.events(lane)], self._arguments(batch))
            for lane, batch in batches.items()
        ]
        answers = await self._scripts.run_each("publish", calls)
        errors = [answer for answer in answers if isinstance(answer, Exception)]
        for lane, answer in zip(batches, answers, strict=True):
            if not isinstance(answer, Exception):
                self._confirm(lane)
        if errors:
            raise errors[0]

    def _confirm(self, lane: Lane) -> None:
        self._lanes[lane].confirm()
        if self._lanes[lane].is_empty:
            del self._lanes[lane]
        else:
            self._told.set()

    async def _write_the_last(self) -> None:
        if not self._lanes:
            return
        try:
            async with asyncio.timeout(LAST_S):
                await self._write()
                await self._write()  # the first may have repeated a batch that was cut off
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("live_events_lost", lanes=len(self._lanes), error=type(error).__name__)

    def _arguments(self, batch: Batch) -> list[Any]:
        return [self._me, batch.id, int(batch.is_repeat), *_wire(batch)]

    def _new_id(self) -> str:
        self._batches += 1
        return f"{self._me}:{self._batches}"


def _nothing(**_: bool) -> None:
    """Nobody is told anything."""


@dataclass(frozen=True, slots=True)
class EndBroadcast:
    """What is told with a message's end by whoever ends it, who says how that went."""

    told: Sequence[str] = ()
    """The id of a batch, then kind and JSON of each event by turns. Nothing where a batch is on its
    way: the end goes after it."""
    over: Callable[..., None] = _nothing
    later: Callable[[], None] = lambda: None
    """Tells the end where that is not done with it."""

    def written(self) -> None:
        """The message has ended, and this is told."""
        self.over(is_written=True, with_end=True)
        self.later()

    def ended_before(self, *, alike: bool) -> None:
        """It had ended. `alike`: as now, so that it may have been ended here, and the answer lost:
        what was written then is found by its id."""
        self.over(is_written=False, with_end=alike)
        if alike:
            self.later()

    def failed(self) -> None:
        """It has not ended, or nobody knows; what happened before is told all the same."""
        self.over(is_written=False, with_end=False)


class TurnBroadcast:
    """Tells one message's turn to the watchers of its lane. Never blocks, never raises."""

    def __init__(
        self, broadcast: Broadcast, lane: Lane, job_id: str, clock: Callable[[], float]
    ) -> None:
        self._broadcast, self._lane, self._job_id = broadcast, lane, plain(job_id)
        self._clock = clock

    def note(self, event: TurnEvent) -> None:
        """Tell watchers what happened in the turn."""
        self._broadcast.tell(self._lane, live_event(event, self._job_id, self._now_ms()))

    def posted(self, message_id: str, part: int, parts: int, *, soon: bool = True) -> None:
        """Tell watchers that a part of the reply is in the room."""
        at = self._now_ms()
        event = Posted(job=self._job_id, at_ms=at, post=message_id, part=part, parts=parts)
        self._broadcast.tell(self._lane, event, soon=soon)

    def settled(self, outcome: str, reason: str = "", tier: str = "", *, soon: bool = True) -> None:
        """Tell watchers that the message has ended."""
        event = Settled(
            job=self._job_id,
            at_ms=self._now_ms(),
            outcome=outcome,
            reason=reason or None,
            tier=tier or None,
        )
        self._broadcast.tell(self._lane, event, soon=soon)

    def _now_ms(self) -> int:
        return round(self._clock() * 1000)


def _wire(batch: Batch) -> list[str]:
    """Kind and JSON of each event, by turns."""
    return [part for event in batch.events for part in (event.kind, event.wire())]


_SCRIPTS = lua_scripts(Path(__file__).parent)

"""arq's worker, woken instead of polling, that takes work by claim. The only module that knows it.

What arq would write when a job ends is written by settle.lua under the fencing token instead, so
a consumer that lost its claim changes nothing.
"""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any, cast

import structlog
from arq.connections import ArqRedis
from arq.worker import Worker, func
from redis.exceptions import RedisError

from consumer.ending_tasks import cancel_until_done
from consumer.queue.claim import AnswerClaim, Claim
from consumer.queue.handed import Handed, HandedOver
from consumer.queue.lanes import Lanes
from consumer.queue.repairing.cut_off import CutOff
from consumer.queue.repairing.repairs import Repairs
from consumer.queue.tickets import Tickets
from consumer.queue.wakeup import WakeUp
from shared.clocks.steady_time import steady_s
from shared.keys import ANSWER, Keys
from shared.lane import Line
from shared.redis.outages import despite_outages
from shared.redis.wire import from_wire, to_wire

NEVER = 1_000_000
"""arq counts every start as a try, drains included; attempts are counted by the claim instead."""
SOON_S = 0.25
"""The shortest sleep while something is due that may not run yet (a suspect runs alone)."""
CLEAN_UP_S = 10.0
"""How long a cancelled turn may take to interrupt its agent and hand its message back."""
WORD_AGAIN_S = 2.0
"""The sleep while every turn is taken: one look then finds a control word that is tried again."""
IDLE_S = 30.0
"""The longest sleep without a wake-up: bounds the harm of a lost one."""

log = structlog.get_logger()


class LaneWorker(Worker):
    """Runs claimed messages as arq jobs: at most `most_turns` turns at once, and as many control
    words beside them, so that everybody whose turn runs can stop it at any time."""

    def __init__(
        self,
        keys: Keys,
        lanes: Lanes,
        repairs: Repairs,
        wakeup: WakeUp,
        answer: AnswerClaim,
        *,
        most_turns: int,
    ) -> None:
        self._lanes = lanes
        lanes.on_next, lanes.offers_place = self._next_is_due, self._offers_place
        self._wakeup = wakeup
        self._answer = answer
        self.handed = HandedOver()
        """What was handed to this consumer."""
        self._cut_off = CutOff(repairs, self.handed, self.holds)
        wakeup.on_handed, wakeup.on_lost = self._take, self._cut_off.suspect
        self.full = asyncio.Event()
        """Set at each look for work that ends with every slot taken: see NextUp."""
        self._picking = asyncio.Lock()
        self._claims: dict[str, Claim] = {}
        self._words: set[str] = set()
        """The job ids of the control words among `tasks`."""
        self._last: dict[Line, asyncio.Task[None]] = {}
        """The newest task of each line that has one."""
        self._only_words = False
        """While we drain: `stop` is to reach what still runs here."""
        self._waits_for_room = True
        """Whether the last look may have left something that can begin when something here ends."""

        async def run(ctx: dict[str, Any], *_: Any) -> dict[str, Any]:
            return await answer(self._claims[ctx["job_id"]])

        super().__init__(
            functions=[func(run, name=ANSWER, timeout=None, max_tries=NEVER)],
            queue_name=keys.queue,
            redis_pool=cast(ArqRedis, Tickets(self._claims)),
            job_serializer=to_wire,
            job_deserializer=from_wire,
            handle_signals=False,
            max_jobs=most_turns,
            max_tries=NEVER,
            keep_result=0,  # settle.lua writes it
            log_results=False,
        )
        # A timer less for each: every step of a turn has a deadline of its own.
        self.job_timeout_s = None  # type: ignore[assignment]

    @property
    def busy(self) -> int:
        """How many messages run now."""
        return len(self.tasks)

    def holds(self, job_id: str) -> bool:
        """Whether this worker runs that job."""
        return job_id in self.tasks

    async def main(self) -> None:
        """Never returns: start what is due, sleep until woken; outlive any outage of Redis."""
        while True:
            await despite_outages("worker", self._look)
            await self._wakeup.wait(self._due_in_s())

    async def drain(self, grace_s: float) -> None:
        """Take nothing new but words to running turns; give those `grace_s` to end, then cancel
        them."""
        self.allow_pick_jobs, self._only_words = False, grace_s > 0
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                await self._until_nothing_runs()
        self._only_words = False
        async with self._picking:  # a claim on its way here has to be run or handed back
            late = list(self.tasks.values())
        await cancel_until_done(late, "drain", again_s=CLEAN_UP_S)

    async def finish_job(self, job_id: str, *_: Any, **__: Any) -> None:
        """Nothing: the answer settled or postponed the message itself."""

    async def finish_failed_job(self, job_id: str, result_data: bytes | None) -> None:
        """arq could not run the ticket (missing, not JSON, unknown function): run without it."""
        del result_data
        log.warning("ticket_unreadable", job=job_id)
        await self._answer(self._claims[job_id])

    async def _until_nothing_runs(self) -> None:
        while running := await self._running():
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)

    async def _running(self) -> list[asyncio.Task[Any]]:
        async with self._picking:
            return list(self.tasks.values())

    async def _look(self) -> None:
        await self._cut_off.give_back()
        async with self._picking:
            await self._start_what_is_due()

    async def _take(self, word: bytes) -> None:
        """Run a message that is handed over, or give it back: where there is no place for it, or
        where this process stood still, so that its claim may be another's by now."""
        handed = self.handed.read(word)
        if handed is None or self._runs(handed):
            return
        begins = self.allow_pick_jobs and self._free()[0] > 0
        if not begins or not self._lanes.is_fresh(int(handed.claimed)):
            self._cut_off.note(handed.job)
            self._wakeup.set()
        elif (claim := await self._lanes.take(handed)) is not None:
            self._start(claim)
            if self._free()[0] <= 0:
                self._wakeup.set()

    def _runs(self, handed: Handed) -> bool:
        """Whether it came before: a failover of Redis lost that it was taken."""
        claim = self._claims.get(handed.job)
        return claim is not None and claim.token == handed.token

    async def _start_what_is_due(self) -> None:
        turns, words = self._free()
        if not self.allow_pick_jobs:
            turns, words = 0, words if self._only_words else 0
        if turns + words > 0:
            await self._start_some(turns, words)
        self._waits_for_room = min(self._free()) <= 0 or self._due_in_s() <= SOON_S
        if self._free()[0] <= 0:
            self.full.set()

    async def _start_some(self, turns: int, words: int) -> None:
        self._waits_for_room = True
        for claim in await self._claimed(turns, words):
            self._start(claim)

    async def _claimed(self, turns: int, words: int) -> list[Claim]:
        taken = self.handed.taken if self._wakeup.takes_handed else None
        try:
            return await self._lanes.claim(turns, words, drains=self._only_words, taken=taken)
        except BaseException:
            self._cut_off.suspect()  # Redis may have claimed, and the answer be lost
            raise

    def _free(self) -> tuple[int, int]:
        """How many turns and how many control words may begin."""
        words = len(self._words)
        return self.max_jobs - (self.busy - words), self.max_jobs - words

    def _offers_place(self) -> bool:
        """Not the last one: a task lasts a moment longer than its message."""
        return self._wakeup.takes_handed and self.allow_pick_jobs and self._free()[0] > 0

    def _start(self, claim: Claim) -> None:
        line = claim.message.line
        task = self.loop.create_task(self._run(claim, self._last.get(line)))
        self.tasks[claim.job_id] = self._last[line] = task
        if claim.message.control:
            self._words.add(claim.job_id)
        task.add_done_callback(partial(self._ended, claim.job_id, line))

    async def _run(self, claim: Claim, before: asyncio.Task[Any] | None) -> None:
        """Let arq run it, when what ran in its line before is over. Redis may have settled that, or
        given it back, and the answer be on its way yet: two would run, and arq knows a job by its
        id alone."""
        if before is not None:
            await asyncio.wait([before])
        self._claims[claim.job_id] = claim
        try:
            await self.run_job(claim.job_id, claim.message.accepted_ms)
        finally:
            del self._claims[claim.job_id]

    def _ended(self, job_id: str, line: Line, task: asyncio.Task[None]) -> None:
        if self.tasks.get(job_id) is task:
            del self.tasks[job_id]
            self._words.discard(job_id)
        if self._last.get(line) is task:
            del self._last[line]
        if not task.cancelled() and (error := task.exception()):
            # Not its repr: a UnicodeError's holds all that it failed over.
            log.error("job_died", job=job_id, error=type(error).__name__, exc_info=error)
            self._waits_for_room = True
            if isinstance(error, RedisError | OSError):
                # Any other death is a bug of ours: the sweeper's pace keeps it from coming round
                # at full speed.
                self._cut_off.note(job_id)
        if self._waits_for_room:
            self._wakeup.set()

    def _next_is_due(self) -> None:
        """With every place taken the end of what was settled is soon enough."""
        if self._free()[0] > 0:
            self._wakeup.set()
        else:
            self._waits_for_room = True

    def _due_in_s(self) -> float:
        """Seconds until the next postponed message; with no free slot, until one is, or until a
        control word that was postponed may run."""
        if self._free()[0] <= 0:
            return WORD_AGAIN_S
        due_s = self._lanes.next_due_s
        if due_s is None:
            return IDLE_S
        return min(max(due_s - steady_s(), SOON_S), IDLE_S)

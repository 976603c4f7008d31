"""The lanes in Redis: claim a message, settle or postpone it; what is recorded meanwhile: `Ledger`.

Each act is one atomic script, and all but the claim happen under its fencing token.
"""

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from redis.asyncio import Redis

from consumer.queue.claim import Claim, Unreadable
from consumer.queue.ended import ToldWithEnd, Untold, settle_names, settle_values, steps
from consumer.queue.errors import Fenced
from consumer.queue.handed import Handed
from consumer.queue.ledger import Ledger
from consumer.queue.lines import Lines
from consumer.queue.lua import QUEUE_SCRIPTS
from consumer.queue.ticket import Ticket, ending_of
from consumer.stories.stories import Stories
from shared.clocks.redis_time import RedisTime
from shared.clocks.steady_time import steady_s
from shared.keys import FAR_FUTURE_MS, Keys
from shared.lane import Lane
from shared.members import name_of
from shared.operating.timeline import Step, What
from shared.redis.scripts import Scripts

FRESH_LEASES = 3
"""An answer that took less than this part of the lease is fresh: the lease is renewed five times
in its length, so that nobody can have taken it over since the question."""

LET_GO_AFTER_MS = 2000
"""A head that waits so long for its lane's home, while another member has room, is let go."""

HELD, FOUND = -1, -2
"""In the place of a token: what claim.lua tells beside its claims."""

OnSettled = Callable[[Ticket, dict[str, Any]], None]

log = structlog.get_logger()


class Lanes:
    """One member's hands on the queue. `me` is how it is called there."""

    def __init__(
        self,
        redis: Redis,
        keys: Keys,
        me: str,
        *,
        lease_ms: int,
        has_homes: bool = False,
        time: RedisTime | None = None,
    ) -> None:
        self.lines = Lines(redis, keys)
        """What stands in them, to read."""
        self.time = time or RedisTime()
        """Each claim tells it."""
        self.stories = Stories()
        """What the attempts that run here have done."""
        self._scripts = Scripts(redis, QUEUE_SCRIPTS)
        self.ledger = Ledger(self._scripts, keys, fresh_s=lease_ms / 1000 / FRESH_LEASES)
        """What attempts write down with their messages."""
        self._keys = keys
        self._me = me
        self._lease_ms = lease_ms
        self._claims = 0
        self._claim_names = [
            *(keys.queue, keys.running, keys.suspects, keys.members, keys.token),
            *(keys.control_due, keys.paused, keys.held, keys.wake),
        ]
        prefixes = keys.message(""), keys.lane_prefix, keys.in_progress("")
        self._claim_prefixes = *prefixes, keys.job(""), keys.retry("")
        self._has_homes = has_homes
        self.on_moved: Callable[[Lane], None] = lambda lane: None
        """Called, before its turn begins, with each lane whose home was not this member: a client
        that is open here knows nothing of what was said there since."""
        self._on_settled: tuple[OnSettled, ...] = ()
        self.telling: Callable[[Ticket, dict[str, Any]], ToldWithEnd] = lambda *_: Untold()
        """Gives what the lane's watchers are told in the step that ends a message."""
        self.offers_place: Callable[[], bool] = lambda: False
        """Whether a place that a turn leaves is for what is handed over."""
        self.on_postponed: Callable[[], None] = lambda: None
        """Called for each message that is given back."""
        self.on_signs_left: Callable[[], None] = lambda: None
        """Called when a message has ended whose signs stand yet."""
        self.on_next: Callable[[], None] = lambda: None
        """Called when something has ended behind which the next is due, here as far as is known."""
        self.on_held: Callable[[str], None] = lambda job_id: None
        """Called with the head of each lane that a pause begins to hold."""
        self.held_lanes = 0
        """How many lanes stand still, as the last claim found."""
        self.next_due_s: float | None = None
        """When the next message may run, as the last claim found, by the steady clock; past where
        it waits for what runs here. None: none is due ever."""

    def on_settled(self, *listeners: OnSettled) -> None:
        """Tell these too of every message that ends, with or without a turn; they never block."""
        self._on_settled += listeners

    async def claim(
        self, want: int, words: int = 0, *, drains: bool = False, taken: int | None = None
    ) -> list[Claim]:
        """Up to `want` messages whose turn it is, and up to `words` control words.

        None unless this consumer is a member; while it `drains`, words to what runs here alone.
        `taken`: of the messages that were handed to it the number of the last that came; with it
        places that are left are offered to those that come next. None: nothing may be handed to it.
        """
        arguments = [self._me, want, words, self._lease_ms, FAR_FUTURE_MS, *self._claim_prefixes]
        arguments += [self._claims, int(self._has_homes), LET_GO_AFTER_MS, int(drains)]
        arguments.append("" if taken is None else taken)
        self._claims += want + words  # also where the answer is lost
        asked_s = steady_s()
        rows = await self._scripts.run("claim", self._claim_names, arguments)
        now = self._note_found(rows, asked_s)
        claims = []
        for job_id, token, *what in rows:
            if token in (HELD, FOUND):
                continue
            claim = await self._read(job_id, token, what, now)
            if claim is not None:
                self._begin(claim, home=what[-1])
                claims.append(claim)
        return claims

    async def take(self, handed: Handed) -> Claim | None:
        """The claim of a message that was handed over; None where it cannot be read."""
        try:
            claim = handed.claim()
        except Unreadable as error:
            await self._bury(handed.job, error, handed.token, int(handed.claimed))
            return None
        self._begin(claim, home=b"")
        return claim

    def _begin(self, claim: Claim, home: bytes) -> None:
        self.stories.begin(claim.job_id, claim.claimed_ms)
        if self._has_homes and home.decode() != name_of(self._me):
            self.on_moved(claim.message.lane)

    def _note_found(self, rows: Sequence[Any], asked_s: float) -> int:
        """Gives the ms at which it was, by Redis' clock."""
        at = self._now_ms()
        self.next_due_s = None if rows else steady_s()  # no member any more, or not yet again
        for job_id, token, found, *_ in rows:
            if token == HELD:
                log.info("lane_held", job=job_id.decode())
                self.on_held(job_id.decode())
            elif token == FOUND:
                self.held_lanes, at = int(found[0]), int(found[2])
                self.time.told(at, asked_s)
                self.next_due_s = steady_s() + (int(found[1]) - at) / 1000 if found[1] else None
        return at

    def is_fresh(self, claimed_ms: int) -> bool:
        """Whether what was claimed then can be nobody else's yet."""
        return self._now_ms() - claimed_ms < self.ledger.fresh_s * 1000

    async def settle(
        self,
        claim: Claim,
        ending: dict[str, Any],
        *,
        dead: bool = False,
        posted: Sequence[str] = (),
    ) -> bool:
        """Record the outcome and let the lane go on; False: it was settled before.

        `posted`: its posts, where the last is not on record yet. Raises Fenced when the claim is
        lost.
        """
        return await self._settle(Ticket.of(claim), claim.token, ending, dead=dead, posted=posted)

    async def settle_waiting(self, ticket: Ticket, ending: dict[str, Any]) -> bool:
        """Settle a message that nobody has claimed; False: it was settled before.

        Raises Fenced when somebody has claimed it.
        """
        return await self._settle(ticket, "", ending)

    async def postpone(
        self, claim: Claim, *, delay_s: float, failed: bool, reason: str = ""
    ) -> None:
        """Give the message back to run again in `delay_s`; raises Fenced when the claim is lost."""
        keys, job_id = self._keys, claim.job_id
        names = [
            keys.message(job_id),
            keys.queue,
            keys.running,
            keys.suspects,
            keys.in_progress(job_id),
            keys.wake,
            keys.control_due,
        ]
        now = self._now_ms()
        what: What = "postponed" if failed else "handed_back"
        last = Step(at_ms=now, what=what, name=reason, seconds=delay_s)
        done = steps(self.stories.of(job_id), last)
        arguments = [job_id, claim.token, round(delay_s * 1000), int(failed), done]
        if await self._scripts.run_patiently("postpone", names, arguments) == b"fenced":
            raise Fenced(job_id)
        self.stories.end(job_id)
        self.on_postponed()

    async def _read(
        self, job_id: bytes, token: bytes | int, what: Sequence[Any], now: int
    ) -> Claim | None:
        """The claim; None for a job of others, and for what cannot be read: a dead letter now."""
        if isinstance(token, int):
            log.warning("foreign_job_dropped", job=job_id.decode(errors="replace"))
            return None
        try:
            flat, ticket, followed, _ = what
            return Claim.from_redis(
                job_id, token.decode(), flat, ticket, claimed_ms=now, is_last=not followed
            )
        except Unreadable as error:
            await self._bury(job_id.decode(), error, token.decode(), now)
            return None

    async def _bury(self, job_id: str, error: Unreadable, token: str, now: int) -> None:
        log.error("message_unreadable", job=job_id, lane=str(error.line))
        ticket = Ticket(job_id, error.line, accepted_ms=now, started_ms=now)
        ending = {"outcome": "dead", "reason": "unreadable"}
        try:
            await self._settle(ticket, token, ending, dead=True)
        except Fenced:  # given back meanwhile: it comes again, and ends then
            log.warning("turn_fenced", job=ticket.job_id)

    async def _settle(
        self,
        ticket: Ticket,
        token: str,
        ending: dict[str, Any],
        *,
        dead: bool = False,
        posted: Sequence[str] = (),
    ) -> bool:
        now, story = self._now_ms(), self.stories.of(ticket.job_id)
        names, what = settle_names(self._keys, ticket, now), (ticket, token, ending, story, now)
        with_it = self.telling(ticket, ending)
        try:
            arguments = settle_values(
                self._keys,
                *what,
                dead=dead,
                posted=posted,
                told=with_it.told,
                offered=bool(token) and not ticket.line.control and self.offers_place(),
            )
            answer, is_next, before = await self._scripts.run_patiently("settle", names, arguments)
            if answer == b"fenced":
                raise Fenced(ticket.job_id)
        except BaseException:
            with_it.failed()
            raise
        if answer == b"gone":
            with_it.ended_before(alike=ending_of(before) == ending)
        else:
            with_it.written()
        self.stories.end(ticket.job_id)
        if is_next:
            self.on_next()
        # Also when it was settled before: that may have been us, and the answer lost on its way.
        if answer != b"settled":
            self.on_signs_left()
        for listener in self._on_settled:
            listener(ticket, ending)
        return bool(answer != b"gone")

    def _now_ms(self) -> int:
        return self.time.now_ms()

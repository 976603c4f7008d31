"""Asks for a person's word before a call of a tool runs, and hands out the call that has it.

The hook finds a call's turn by its job id, as tools that act in the room do: a call that comes when
its turn is over finds none.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from redis.exceptions import RedisError

from consumer.approvals.bot_state import bot_state
from consumer.approvals.carrying_out import carries_out
from consumer.approvals.noted import noted
from consumer.approvals.request_store import MOST_OF_A_TURN, RequestStore
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from consumer.toolboxes import Asking
from shared.approvals import Request, canonical, digest
from shared.approvals.request import Asked
from shared.audit import NO_AUDIT, Audit
from shared.keys import plain
from shared.kill_points import reached

LONGEST_INPUT = 64 * 1024
"""Bytes of an input that is asked for: nobody reads more before saying yes."""
WAITS = (
    "It did not run: a person has to say yes to this very call first. It waits as request "
    "{number}; the service itself tells the room below your answer who may answer, and how. "
    "Do not call it again, do not look for another way, do not claim that it was done: say that it "
    "waits."
)
TOO_LONG = (
    "It did not run: a person has to say yes to it, and its input is longer than {most} bytes, "
    "which nobody could read. Do it in smaller parts."
)
NO_JSON = "It did not run: a person has to say yes to it, and its input cannot be shown to one."
TOO_MANY_OPEN = (
    "It did not run: a person has to say yes to it, and too many requests wait for that already. "
    "Say so."
)
TOO_MANY_AT_ONCE = (
    f"It did not run: a person has to say yes to it, and {MOST_OF_A_TURN} requests for one message "
    "is all that may be made. Say what is left."
)
NOT_RECORDED = (
    "It did not run: a person has to say yes to it, and the service could not put that on record. "
    "Say what was not done; it may work again later."
)
TURN_OVER = "It did not run: the turn that it belongs to is over."

log = structlog.get_logger(__name__)


class Approvals:
    """Records the calls that people are asked about, and gives each approved one out once.

    It knows the turns that run in this process, and acts for no other.
    """

    def __init__(self, store: RequestStore, audit: Audit = NO_AUDIT) -> None:
        self._store, self._audit = store, audit
        self._turns: dict[str, Claim] = {}
        self._running: dict[str, tuple[Claim, Request]] = {}
        """Approved calls that run now, by the CLI's id."""

    @contextmanager
    def of(self, claim: Claim) -> Iterator[None]:
        """Within this block the calls of the claimed message's turn are asked for, not after."""
        job_id = plain(claim.job_id)
        self._turns[job_id] = claim
        try:
            yield
        finally:
            if self._turns.get(job_id) is claim:
                del self._turns[job_id]
            for call_id in [it for it, (of, _) in self._running.items() if of is claim]:
                del self._running[call_id]  # it had no end: its turn says so

    async def ask(
        self,
        asking: Asking,
        tool: str,
        values: Mapping[str, Any],
        call_id: str,
        who: frozenset[int],
    ) -> str:
        """Record the call; what the model is told of it. `who`: whose word it needs."""
        claim = self._turns.get(plain(asking.job_id))
        if claim is None or asking.asker is None:
            return TURN_OVER
        try:
            text = canonical(values)
        except (ValueError, TypeError):
            return NO_JSON
        if len(text.encode("utf-8", "replace")) > LONGEST_INPUT:
            return TOO_LONG.format(most=LONGEST_INPUT)
        asked = _asked(claim, asking, tool, text, call_id, who)
        try:
            return await self._number(claim, asking, asked)
        except Fenced:
            return TURN_OVER
        except RedisError as error:
            log.warning("approval_not_asked", error=type(error).__name__)
            return NOT_RECORDED

    async def approved(self, asking: Asking, tool: str) -> Request | None:
        """What this turn is to carry out, where it is a call of this tool; None: nothing such."""
        claim = self._turns.get(plain(asking.job_id))
        number = carries_out(claim.message) if claim else None
        if claim is None or number is None:
            return None
        request = await self._store.read.of(claim.message.bot_id, number)
        is_it = request is not None and (request.tool, request.state) == (tool, "approved")
        return request if is_it else None

    async def take(self, asking: Asking, request: Request, call_id: str) -> bool:
        """Whether it may run now, this once: afterwards it has run, as far as anybody is asked."""
        claim = self._turns.get(plain(asking.job_id))
        if claim is None:
            return False
        taken = await self._store.take(claim, request, call_id, bot_state(asking.bot))
        if taken:
            self._running[call_id] = claim, request
            log.info("approved_call_runs", request=request.number, tool=request.tool)
            reached("approval.taken")
        return taken

    async def ran(self, call_id: str, *, failed: bool) -> None:
        """A call ran to its end; of one that nobody had to approve nothing is known here."""
        running = self._running.pop(call_id, None)
        if running is None:
            return
        claim, request = running
        reached("approval.ran")
        await self._store.ran(claim, request, call_id, failed=failed)
        log.info("approved_call_ran", request=request.number, failed=failed)
        reached("approval.ended")
        ended = f"request {request.number} {'failed' if failed else 'done'}"
        entry = noted(request, "approval_ended", ended, job_id=request.job_id, by=request.by)
        await self._audit.note(entry)

    async def _number(self, claim: Claim, asking: Asking, asked: Asked) -> str:
        same = digest(asked.tool, asked.input, asked.asker_id, asked.approvers, asked.bot_state)
        lasts_s = asking.bot.approvals.expire_hours * 3600
        number = await self._store.ask(claim, asked, same, lasts_s=lasts_s)
        if number < 0:
            return TOO_MANY_OPEN if number == -2 else TOO_MANY_AT_ONCE
        log.info("approval_asked", request=number, tool=asked.tool)
        entry = noted(asked, "approval_asked", f"request {number}", job_id=claim.job_id)
        await self._audit.note(entry)
        reached("approval.asked")
        return WAITS.format(number=number)


def _asked(
    claim: Claim, asking: Asking, tool: str, text: str, call_id: str, who: frozenset[int]
) -> Asked:
    assert asking.asker is not None  # noqa: S101 - asked before
    return Asked(
        bot_id=asking.lane.bot_id,
        room_id=asking.lane.room_id,
        room_name=claim.message.room_name,
        tool=tool,
        input=text,
        input_digest=digest(text),
        call_id=call_id,
        job_id=claim.job_id,
        asker_id=asking.asker.user_id,
        asker_name=asking.asker.name,
        approvers=tuple(sorted(who)),
        bot_state=bot_state(asking.bot),
    )

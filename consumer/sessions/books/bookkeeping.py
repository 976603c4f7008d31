"""The books: what was done so far in this process, and each lane's record after a turn."""

from collections import Counter
from dataclasses import replace

import structlog
from redis.exceptions import RedisError

from consumer.agent.errors import Superseded
from consumer.agent.events import Tier
from consumer.archive.archive import Archive
from consumer.archive.records import Clock, SessionRecord
from consumer.sessions.books.accounting import Booked, book, carry, spend, tokens_of
from consumer.sessions.pool.removal import Removal
from consumer.sessions.session.conversation import Conversation
from consumer.sessions.session.session import Session
from consumer.sessions.session.stretch import Answered, Left, Stretch
from consumer.sessions.turn_request import TurnRequest, TurnResult
from shared.audit import NO_AUDIT, Audit, Entry
from shared.lane import Lane

log = structlog.get_logger(__name__)


class Bookkeeping:
    """Counts turns and saves records."""

    def __init__(
        self, archive: Archive, removal: Removal, clock: Clock, audit: Audit = NO_AUDIT
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._archive = archive
        self._removal = removal
        self._clock = clock
        self._audit = audit

    async def record_of(self, lane: Lane) -> SessionRecord | None:
        """The lane's record, if it has one."""
        return await self._archive.load(lane)

    async def answered(
        self,
        request: TurnRequest,
        session: Session,
        tier: Tier,
        answer: Answered,
        *,
        seconds: float,
    ) -> TurnResult:
        """Put an answered turn on record and count it; gives its result for the pipeline."""
        booked = self._booked(request, session, answer)
        self.counts.update(turns=1)
        self.counts[tier.value] += 1
        await self._put(booked.record, session)
        await self._note(request, answer, booked.cost, "answered")
        return TurnResult(
            text=answer.text,
            cut=answer.cut,
            tier=tier,
            session_id=answer.session_id,
            pid=session.pid,
            num_turns=answer.num_turns,
            usage=answer.usage,
            cost=booked.cost,
            duration=seconds,
            folder=session.folder,
        )

    async def under_way(self, lane: Lane, session: Session, tools: tuple[str, ...]) -> bool:
        """Put on record which tools are about to run, or did, in a turn that still runs.

        Should the process be killed now, the next prompt of the lane tells of them. Gives whether
        it is on record; it is not where the lane is being reset, whose turns are over.
        """
        if self._removal.is_reset(lane):
            return False
        record = session.conversation.with_undone(lane, tools, self._clock())
        return await self._save(record, session.conversation.fence)

    async def unanswered(self, request: TurnRequest, session: Session) -> None:
        """Wait for the end of a turn that gave no answer, and put on record what is left of it.

        One that was stopped, or ran out of time or of steps, stays in the conversation. Any other
        is cut off: its client is closed, and the next one resumes at the turn before it.
        """
        left = await session.left()
        if left is None or self._removal.is_reset(request.lane):
            return
        if left.kept is not None:
            booked = self._booked(request, session, left.kept)
            await self._put(booked.record, session)
            await self._note(request, left.kept, booked.cost, "stopped")
            return
        self._removal.close_soon(session)
        cost = await self._cut_off(request.lane, session.conversation, left)
        await self._note(request, left.spent, cost, "failed")

    async def _note(
        self, request: TurnRequest, turn: Stretch | None, cost: float | None, how: str
    ) -> None:
        """Who asked, and what it cost; None: its agent died, and did not tell."""
        asking = request.asking
        entry = Entry(
            what="turn",
            bot=request.lane.bot_id,
            room=request.lane.room_id,
            person=asking.asker.user_id if asking.asker else None,
            job=request.job,
            tokens=None if turn is None else tokens_of(turn),
            micro_usd=None if cost is None else round(cost * 1_000_000),
            detail=how,
        )
        await self._audit.note(entry)

    def _booked(self, request: TurnRequest, session: Session, turn: Stretch) -> Booked:
        before = session.conversation.unanswered
        booked = book(
            *(request.lane, session.conversation.record, turn, self._clock()),
            counted=session.conversation.counts(turn.total_cost),
            folder=session.folder.name,
            job=request.job,
        )
        self.counts.update(cost_micros=round(booked.cost * 1_000_000))
        if before is not None:
            return replace(booked, record=carry(booked.record, before))
        return booked

    async def _cut_off(self, lane: Lane, conversation: Conversation, left: Left) -> float | None:
        """Nothing stays but what ran in it and what it has cost; gives that, in US dollars."""
        record = unpaid = conversation.with_undone(lane, left.tools, self._clock())
        if left.spent is not None:
            record = self._spent(record, conversation, left.spent)
        if left.tools or conversation.is_lost or record != unpaid:
            await self._save(record, conversation.fence)
        return None if left.spent is None else record.cost - unpaid.cost

    def _spent(
        self, record: SessionRecord, conversation: Conversation, turn: Stretch
    ) -> SessionRecord:
        counted = conversation.counts(turn.total_cost)
        self.counts.update(cost_micros=round((turn.total_cost - counted) * 1_000_000))
        return spend(record, turn, counted=counted)

    async def _put(self, record: SessionRecord, session: Session) -> None:
        """Unless somebody threw the session away meanwhile."""
        if not self._removal.is_reset(record.lane):
            session.conversation.goes_on(record)
            await self._save(record, session.conversation.fence)

    async def renamed(self, lane: Lane, session_id: str) -> None:
        """Put another session id of the lane on record, as the first one if need be."""
        now = self._clock()
        fence = await self._archive.own(lane)
        record = await self._archive.load(lane) or SessionRecord(
            lane=lane, session_id=session_id, created_at=now, last_used=now
        )
        await self._archive.save(record.renamed(session_id, now), fence)

    async def _save(self, record: SessionRecord, fence: int) -> bool:
        """A full disk, or a Redis that is away, costs the warm tier, not the answer that stands.

        Gives whether it is on record.
        Whoever lost the lane to another consumer gives its client up; what it answered is
        fenced by the queue.
        """
        try:
            await self._archive.save(record, fence)
        except Superseded:
            log.warning("session_superseded", lane=str(record.lane))
            await self._removal.close(record.lane)
        except (OSError, RedisError) as error:
            log.error("record_not_saved", lane=str(record.lane), reason=type(error).__name__)
        else:
            return True
        return False

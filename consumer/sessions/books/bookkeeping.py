"""Counts the turns of this process, and saves each lane's record after a turn."""

from collections import Counter
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

from consumer import instruments
from consumer.agent.errors import Superseded
from consumer.agent.events import Tier
from consumer.agent.spending import Spent
from consumer.archive.archive import Archive
from consumer.archive.records import Clock, SessionRecord
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.session.session import Session
from consumer.sessions.session.stretch import Answered, Left, Stretch
from consumer.sessions.turn_request import TurnRequest, TurnResult
from shared.audit import NO_AUDIT, Audit, Entry
from shared.lane import Lane

log = structlog.get_logger(__name__)


class Bookkeeping:
    """Counts turns and saves records."""

    def __init__(
        self,
        archive: Archive,
        hot: HotSessions,
        is_reset: Callable[[Lane], bool],
        clock: Clock,
        audit: Audit = NO_AUDIT,
    ) -> None:
        """`is_reset`: whether a lane was reset during its turn, of which nothing is recorded."""
        self.counts: Counter[str] = Counter()
        self._archive = archive
        self._hot = hot
        self._is_reset = is_reset
        self._clock = clock
        self._audit = audit

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
        spent = self._spent(request, session, answer.total) or Spent()
        self.counts.update(turns=1)
        self.counts[tier.value] += 1
        await self._put(self._booked(request, session, answer, spent), session)
        await self._note(request, spent, "answered")
        return TurnResult(
            text=answer.text,
            cut=answer.cut,
            tier=tier,
            session_id=answer.session_id,
            pid=session.pid,
            num_turns=answer.num_turns,
            cost=spent.cost,
            duration=seconds,
            folder=session.folder,
        )

    async def under_way(self, lane: Lane, session: Session, tools: tuple[str, ...]) -> bool:
        """Put on record which tools are about to run, or did, in a turn that still runs.

        Should the process be killed now, the next prompt of the lane tells of them. Gives whether
        it is on record; it is not where the lane is being reset, whose turns are over.
        """
        if self._is_reset(lane):
            return False
        record = session.conversation.with_undone(lane, tools, self._clock())
        return await self._save(record, session.conversation.fence)

    async def unanswered(self, request: TurnRequest, session: Session) -> None:
        """Wait for the end of a turn that gave no answer, and put on record what is left of it.

        One that was stopped, or ran out of time or of steps, stays in the conversation. Any other
        is cut off: its client is closed, and the next one resumes at the turn before it.
        """
        left = await session.left()
        if left is None:
            return
        spent = self._spent(request, session, left.total)
        if self._is_reset(request.lane):
            await self._note(request, spent, "reset")  # paid, but on no record any more
        elif left.kept is not None:
            await self._put(self._booked(request, session, left.kept, spent), session)
            await self._note(request, spent, "stopped")
        else:
            self._hot.close_soon(session)
            await self._cut_off(request.lane, session, left, spent)
            await self._note(request, spent, "failed")

    async def _note(self, request: TurnRequest, spent: Spent | None, how: str) -> None:
        """Who asked, and what it cost; None: its agent died, and did not tell."""
        asking = request.asking
        entry = Entry(
            what="turn",
            bot=request.lane.bot_id,
            room=request.lane.room_id,
            person=asking.asker.user_id if asking.asker else None,
            job=request.job,
            tokens=None if spent is None else spent.tokens,
            output_tokens=None if spent is None else spent.written,
            micro_usd=None if spent is None else spent.micro_usd,
            detail=how,
        )
        await self._audit.note(entry)

    def _spent(self, request: TurnRequest, session: Session, total: Spent | None) -> Spent | None:
        """What a turn has spent, told to its meter; None where its agent died, and did not tell."""
        if total is None:
            return None
        spent = session.conversation.counts(total)
        self.counts.update(cost_micros=spent.micro_usd)
        request.meter.spent(spent)
        instruments.spent(request.bot.id, spent.cost, spent.read, spent.written)
        return spent

    def _booked(
        self, request: TurnRequest, session: Session, turn: Stretch, spent: Spent | None
    ) -> SessionRecord:
        return session.conversation.with_turn(
            *(request.lane, turn, self._clock()),
            spent=spent or Spent(),
            folder=session.folder.name,
            disk=self._archive.disk,
            job=request.job,
        )

    async def _cut_off(self, lane: Lane, session: Session, left: Left, spent: Spent | None) -> None:
        """Nothing stays but what ran in it and what it has cost."""
        conversation, paid = session.conversation, spent or Spent()
        unpaid = conversation.with_undone(lane, left.tools, self._clock())
        record = unpaid.charged(paid.cost, paid.read, paid.written)
        if left.tools or conversation.is_lost or record != unpaid:
            await self._save(record, conversation.fence)

    async def _put(self, record: SessionRecord, session: Session) -> None:
        """Unless somebody threw the session away meanwhile."""
        if not self._is_reset(record.lane):
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
            await self._hot.close(record.lane)
        except (OSError, RedisError) as error:
            log.error("record_not_saved", lane=str(record.lane), reason=type(error).__name__)
        else:
            return True
        return False

"""Reports on sessions, without chat text: the account of one lane, and the statistics of all."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from consumer.agent.events import Tier
from consumer.agent.memory_share import MIB
from consumer.agent.settings import SessionSettings
from consumer.archive.records import SessionRecord
from consumer.archive.seen import Seen
from consumer.mcp.board import Missing
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.session.session import Session
from consumer.tool_calls.tooling import Tooling
from shared.between_processes.service_status import ServiceStatus, SessionStatus
from shared.lane import Lane

MOST_WARM = 200
"""Sessions on record that are listed, the newest; the board is written with every turn."""


@dataclass(frozen=True, slots=True)
class Account:
    """What `status` and `usage` tell of a lane. No record: nothing was answered or spent yet."""

    tier: Tier
    """What the next message meets: HOT where a client is connected."""
    record: SessionRecord | None = None
    missing: tuple[Missing, ...] = ()
    """MCP servers of its bot that are in trouble."""


def account(
    record: SessionRecord | None, *, connected: bool, missing: tuple[Missing, ...] = ()
) -> Account:
    """The account of a lane from its record; `connected`: a client is ready for its next turn."""
    resumable = record is not None and record.resumable
    spent = record is not None and record.cost > 0
    tier = Tier.HOT if connected else Tier.WARM if resumable else Tier.COLD
    return Account(tier, record if resumable or spent else None, missing)


def session_stats(
    hot: HotSessions,
    on_record: Seen,
    counts: Counter[str],
    settings: SessionSettings,
    now: datetime,
    spares: int,
    tooling: Tooling,
) -> ServiceStatus:
    """What is connected now, what is on record, and what was done since the start."""
    sessions = [_hot(session, now) for session in hot]
    without_client = [record for record in on_record if hot.peek(record.lane) is None]
    warm = [record for record in without_client if record.resumable]
    others = len(list(on_record)) - len(warm)
    return ServiceStatus(
        active_sessions=len(sessions),
        busy_sessions=hot.busy,
        warm_sessions=max(0, on_record.count - others),
        max_hot_sessions=settings.hot_limit,
        memory_mb=sum(session.memory_mb for session in sessions),
        max_memory_mb=settings.memory_limit_mb,
        turns=counts["turns"],
        failed_turns=counts["failed"],
        evicted=hot.evicted,
        tiers={tier.value: counts[tier.value] for tier in Tier},
        cost_usd=counts["cost_micros"] / 1_000_000,
        sessions=(*sessions, *(_warm(record, now) for record in warm[:MOST_WARM])),
        spares=spares,
        servers=tooling.servers.status(),
        tools=tooling.tally.told(),
    )


def _hot(session: Session, now: datetime) -> SessionStatus:
    lane = session.lane or Lane(0, session.bot.id)
    record = session.conversation.record or SessionRecord(
        lane=lane, session_id="", created_at=session.created_at, last_used=session.last_used
    )
    return _on_record(record, now).model_copy(
        update={
            "tier": session.tier.value,
            "state": session.state.value,
            "connected": session.is_open,
            "query_count": session.turns,
            "last_used": session.last_used.isoformat(),
            "memory_mb": session.memory // MIB,
            "pid": session.pid,
        }
    )


def _warm(record: SessionRecord, now: datetime) -> SessionStatus:
    """One without a client: the next message resumes it."""
    return _on_record(record, now).model_copy(update=_NO_CLIENT)


_NO_CLIENT = {
    "tier": Tier.WARM.value,
    "state": "closed",
    "connected": False,
    "query_count": 0,
    "memory_mb": 0,
    "pid": None,
}


def _on_record(record: SessionRecord, now: datetime) -> SessionStatus:
    return SessionStatus(
        room_id=record.lane.room_id,
        bot_id=record.lane.bot_id,
        session_id=record.session_id or None,
        turns=record.turns,
        cost_usd=record.cost,
        input_tokens=record.input_tokens,
        output_tokens=record.output_tokens,
        created_at=record.created_at.isoformat(),
        age_seconds=round((now - record.created_at).total_seconds()),
        last_used=record.last_used.isoformat(),
    )

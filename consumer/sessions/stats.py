"""The session statistics: the seed's fields and ours, plain JSON, no chat text."""

from collections import Counter
from typing import Any

from consumer.sessions.events import Tier
from consumer.sessions.hot_sessions import HotSessions
from consumer.sessions.memory import MIB
from consumer.sessions.session import Session
from consumer.sessions.settings import SessionSettings


def session_stats(
    hot: HotSessions, counts: Counter[str], settings: SessionSettings
) -> dict[str, Any]:
    """What is connected now and what was done since the start."""
    sessions = [_describe(session) for session in hot]
    return {
        "active_sessions": len(sessions),
        "busy_sessions": hot.busy,
        "max_hot_sessions": settings.hot_limit,
        "memory_mb": sum(session["memory_mb"] for session in sessions),
        "turns": counts["turns"],
        "failed_turns": counts["failed"],
        "evicted": hot.evicted,
        "tiers": {tier.value: counts[tier.value] for tier in Tier},
        "cost_usd": counts["cost_micros"] / 1_000_000,
        "sessions": sessions,
    }


def _describe(session: Session) -> dict[str, Any]:
    lane, record = session.lane, session.record
    return {
        "room_id": lane.room_id if lane else None,
        "bot_id": lane.bot_id if lane else session.bot.id,
        "tier": session.tier.value,
        "state": session.state.value,
        "connected": session.is_open,
        "session_id": record.session_id if record else None,
        "query_count": session.turns,
        "turns": record.turns if record else 0,
        "cost_usd": record.cost if record else 0.0,
        "input_tokens": record.input_tokens if record else 0,
        "output_tokens": record.output_tokens if record else 0,
        "created_at": (record.created_at if record else session.created_at).isoformat(),
        "last_used": session.last_used.isoformat(),
        "memory_mb": session.memory // MIB,
        "pid": session.pid,
    }

"""What a turn adds to its session's record, and what it cost by itself. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from consumer.archive.records import SessionRecord
from consumer.sessions.session.stretch import Answered, Stretch
from shared.lane import Lane

INPUTS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


@dataclass(frozen=True, slots=True)
class Booked:
    """The record after a turn, and the turn's own cost in US dollars."""

    record: SessionRecord
    cost: float


def book(
    lane: Lane,
    before: SessionRecord | None,
    turn: Stretch,
    now: datetime,
    *,
    counted: float,
    folder: str,
    job: str | None = None,
) -> Booked:
    """Add a turn that stays in the conversation to the record before (None: it is the first).

    `counted` is the client's total before the turn, US dollars; `folder` the name of the working
    directory, which a spare brings along; `job` what the turn was of, should its answer get lost.
    """
    entry_before = before.last_entry if before is not None else None
    answered = isinstance(turn, Answered)
    record = before or SessionRecord(
        lane=lane, session_id=turn.session_id, created_at=now, last_used=now
    )
    record = replace(
        spend(record.renamed(turn.session_id, now), turn, counted=counted),
        turns=record.turns + answered,
        last_entry=turn.entry,
        last_job=job if before is None or entry_before is not None else None,
        entry_before=entry_before,
        folder=folder,
        last_answered=answered,
        last_tools=turn.tools,
        undone=(),
    )
    return Booked(record, turn.total_cost - counted)


def spend(record: SessionRecord, turn: Stretch, *, counted: float) -> SessionRecord:
    """Add what a turn has cost, whether it stays in the conversation or not."""
    return replace(
        record,
        cost=record.cost + turn.total_cost - counted,
        input_tokens=record.input_tokens + sum(_count(turn.usage, name) for name in INPUTS),
        output_tokens=record.output_tokens + _count(turn.usage, "output_tokens"),
    )


def tokens_of(turn: Stretch) -> int:
    """All that its model read and wrote."""
    return sum(_count(turn.usage, name) for name in (*INPUTS, "output_tokens"))


def carry(record: SessionRecord, before: SessionRecord) -> SessionRecord:
    """Add what was spent on a conversation before anything in it was answered."""
    return replace(
        record,
        cost=record.cost + before.cost,
        input_tokens=record.input_tokens + before.input_tokens,
        output_tokens=record.output_tokens + before.output_tokens,
    )


def _count(usage: Mapping[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) else 0

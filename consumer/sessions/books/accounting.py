"""What a turn adds to its session's record, and what it cost by itself. Pure."""

from dataclasses import replace
from datetime import datetime

from consumer.agent.spending import Spent
from consumer.archive.records import SessionRecord
from consumer.sessions.session.stretch import Answered, Stretch
from shared.lane import Lane


def book(
    lane: Lane,
    before: SessionRecord | None,
    turn: Stretch,
    now: datetime,
    *,
    spent: Spent,
    folder: str,
    disk: str | None = None,
    job: str | None = None,
) -> SessionRecord:
    """Add a turn that stays in the conversation to the record before (None: it is the first).

    `spent` is what the turn has cost by itself; `folder` the name of the working directory, which a
    spare brings along, `disk` where it lies; `job` what the turn was of, should its answer get
    lost.
    """
    entry_before = before.last_entry if before is not None else None
    answered = isinstance(turn, Answered)
    record = before or SessionRecord(
        lane=lane, session_id=turn.session_id, created_at=now, last_used=now
    )
    return replace(
        spend(record.renamed(turn.session_id, now), spent),
        turns=record.turns + answered,
        last_entry=turn.entry,
        last_job=job if before is None or entry_before is not None else None,
        entry_before=entry_before,
        folder=folder,
        disk=disk,
        last_answered=answered,
        last_tools=turn.tools,
        undone=(),
    )


def spend(record: SessionRecord, spent: Spent) -> SessionRecord:
    """Add what a turn has cost, whether it stays in the conversation or not."""
    return replace(
        record,
        cost=record.cost + spent.cost,
        input_tokens=record.input_tokens + spent.read,
        output_tokens=record.output_tokens + spent.written,
    )


def carry(record: SessionRecord, before: SessionRecord) -> SessionRecord:
    """Add what was spent on a conversation before anything in it was answered."""
    return replace(
        record,
        cost=record.cost + before.cost,
        input_tokens=record.input_tokens + before.input_tokens,
        output_tokens=record.output_tokens + before.output_tokens,
    )

"""A session's record as JSON, in the seed's format: on disk, and in Redis."""

import json
from datetime import UTC, datetime
from typing import Any

from consumer.archive.records import SessionRecord
from shared.lane import Lane


def encode(record: SessionRecord) -> str:
    """The record as JSON: the seed's five fields first, ours after them."""
    fields = {
        "session_id": record.session_id,
        "room_id": record.lane.room_id,
        "bot_id": record.lane.bot_id,
        "last_used": record.last_used.isoformat(),
        "created_at": record.created_at.isoformat(),
        "turns": record.turns,
        "cost_usd": record.cost,
        "input_tokens": record.input_tokens,
        "output_tokens": record.output_tokens,
        "last_assistant_uuid": record.last_entry,
        "last_job": record.last_job,
        "assistant_uuid_before": record.entry_before,
        "folder": record.folder,
        "disk": record.disk,
        "last_answered": record.last_answered,
        "last_tools": record.last_tools,
        "undone": record.undone,
        "resumable": record.resumable,
        "lost": record.lost,
    }
    return json.dumps(fields, indent=2) + "\n"


def decode(text: str) -> SessionRecord:
    """The record that `encode`, or the seed, wrote; raises ValueError for anything else."""
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("not a record")
    try:
        return _record(fields)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a record: {error}") from error


def _record(fields: dict[str, Any]) -> SessionRecord:
    return SessionRecord(
        lane=Lane(int(fields["room_id"]), str(fields["bot_id"])),
        session_id=_text(fields["session_id"]),
        created_at=_time(fields["created_at"]),
        last_used=_time(fields["last_used"]),
        turns=int(fields.get("turns", 0)),
        cost=float(fields.get("cost_usd", 0.0)),
        input_tokens=int(fields.get("input_tokens", 0)),
        output_tokens=int(fields.get("output_tokens", 0)),
        last_entry=_text_or_none(fields.get("last_assistant_uuid")),
        last_job=_text_or_none(fields.get("last_job")),
        entry_before=_text_or_none(fields.get("assistant_uuid_before")),
        folder=_text_or_none(fields.get("folder")),
        disk=_text_or_none(fields.get("disk")),
        last_answered=bool(fields.get("last_answered", True)),
        last_tools=tuple(_text(name) for name in fields.get("last_tools", ())),
        undone=tuple(_text(name) for name in fields.get("undone", ())),
        resumable=bool(fields.get("resumable", True)),
        lost=bool(fields.get("lost", False)),
    )


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is missing")
    return value


def _time(value: object) -> datetime:
    """The seed wrote local time without a zone (`datetime.now().isoformat()`)."""
    moment = datetime.fromisoformat(_text(value))
    return moment.astimezone(UTC)

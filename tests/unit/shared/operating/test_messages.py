"""The row of a message that ended, written unchecked, is that of the message itself."""

from typing import Any

import pytest

from shared.operating.messages import Message, row_of

ROWS: list[dict[str, Any]] = [
    {"job": "campfire:assistant:2:7"},
    {"job": "j", "message_id": "7", "room_id": 2, "origin": "chat", "word": None, "attempts": 1},
    {
        "job": "ü",
        "accepted_ms": 0,
        "claimed_ms": None,
        "ended_ms": 5,
        "detail": '"<\n',
        "tier": "hot",
    },
    {"job": "j", "origin": "schedule", "input_tokens": 3, "output_tokens": 0, "micro_usd": 9},
]


@pytest.mark.parametrize("row", ROWS)
def test_what_is_written_unchecked_reads_as_the_message(row: dict[str, Any]) -> None:
    """And says as little: what is as it is by default is left out."""
    written = Message(**row).model_dump_json(exclude_defaults=True)
    assert Message.model_validate_json(row_of(**row)) == Message(**row)
    assert len(row_of(**row).encode()) == len(written.encode())


def test_a_field_that_a_message_has_not_is_refused() -> None:
    """It would be written, and never read."""
    with pytest.raises(KeyError):
        row_of(job="j", rooms=2)

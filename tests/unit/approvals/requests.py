"""Requests for tests."""

from typing import Any

from shared.approvals import Request, canonical, digest

CLOSE = "mcp__tickets__close"


def request(values: Any = None, **changes: Any) -> Request:
    """Ann's, to close a ticket; Bo or Eva may answer it until 14:20 UTC."""
    text = canonical(values if values is not None else {"id": 4711})
    known = {
        "number": 3, "state": "open", "bot_id": "ops", "room_id": 2, "room_name": "Support",
        "tool": CLOSE, "input": text, "input_digest": digest(text), "call_id": "t1",
        "job_id": "j1", "asker_id": 7, "asker_name": "Ann", "approvers": (12, 15),
        "bot_state": "s", "at_ms": 1_795_000_000_000, "expires_ms": 1_795_875_600_000,
    }  # fmt: skip
    return Request.model_validate({**known, **changes})

"""JSON for arq on both sides: its default, pickle, lets whoever writes to Redis run code here."""

import asyncio
import json
from typing import Any

CANCELLED = "cancelled"
"""The outcome of a message that somebody stopped."""


class Cancelled(asyncio.CancelledError):
    """How a message ended that somebody stopped: the only result that arq's `Job.abort()` takes
    for its success is one that raises a CancelledError. `args[0]` is the outcome."""


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_wire(value: Any) -> bytes:
    """Encode what arq stores: plain JSON, UTF-8."""
    return _encode(value).encode()


def from_wire(data: bytes) -> Any:
    """Decode what arq stored; raises ValueError for anything but JSON.

    The result of a message that was stopped is a Cancelled.
    """
    value = json.loads(data)
    if isinstance(value, dict) and _is_cancelled(value.get("r")):
        return {**value, "r": Cancelled(value["r"])}
    return value


def _is_cancelled(result: Any) -> bool:
    return isinstance(result, dict) and result.get("outcome") == CANCELLED

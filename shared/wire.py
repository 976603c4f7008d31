"""JSON for arq on both sides: its default, pickle, lets whoever writes to Redis run code here."""

import json
from typing import Any


def to_wire(value: Any) -> bytes:
    """Encode what arq stores: plain JSON, UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def from_wire(data: bytes) -> Any:
    """Decode what arq stored; raises ValueError for anything but JSON."""
    return json.loads(data)

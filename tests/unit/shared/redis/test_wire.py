"""What arq stores is plain JSON, and nothing else is read from it."""

import json
from typing import Any

import pytest

from shared.redis.wire import Cancelled, from_wire, to_wire

VALUES: list[Any] = [
    None,
    True,
    1.5,
    4_102_444_800_000,
    "值 \x00 </script>",
    {"a": [1, {"b": None}]},
    [],
]


@pytest.mark.parametrize("value", VALUES)
def test_it_is_plain_json_without_spaces(value: Any) -> None:
    """As Python's own writes it, and reads it."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    assert to_wire(value) == plain
    assert from_wire(plain) == json.loads(plain) == value


@pytest.mark.parametrize("data", [b"", b"{", b"\x80\x04K\x01.", b'{"a":1,}', b"nothing"])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    """arq's own form, pickle, among it."""
    with pytest.raises(ValueError, match=r"line 1|EOF"):
        from_wire(data)


def test_what_json_cannot_say_is_refused() -> None:
    """Nothing is written in its place."""
    with pytest.raises(ValueError, match="serialize"):
        to_wire({"it": object()})


def test_a_message_that_was_stopped_reads_as_cancelled() -> None:
    """It is what arq's `Job.abort()` takes for its success."""
    found = from_wire(to_wire({"r": {"outcome": "cancelled"}}))["r"]
    assert isinstance(found, Cancelled)
    assert found.args == ({"outcome": "cancelled"},)

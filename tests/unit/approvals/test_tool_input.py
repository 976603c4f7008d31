"""The input of a call: the same for the same input, and seen whole by whoever approves it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.approvals import Request, canonical, digest, visible
from tests.unit.approvals.requests import request

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip
INPUTS = st.dictionaries(st.text(), JSON, max_size=4)


@given(INPUTS)
def test_what_runs_is_what_was_asked_for(values: dict[str, Any]) -> None:
    """From the hook to Redis and back, to the last sign."""
    stored = request(values)
    again = Request.model_validate_json(stored.model_dump_json())
    assert again.stored_input() == values
    assert canonical(again.stored_input()) == canonical(values)


def test_the_order_of_keys_makes_no_other_input() -> None:
    """Else the same wish would be two requests."""
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})


def test_what_is_stored_as_another_input_does_not_run() -> None:
    """The digest binds it to what was shown."""
    with pytest.raises(ValueError, match="another one"):
        request(input='{"id": 1}', input_digest=digest('{"id": 2}')).stored_input()


@pytest.mark.parametrize("values", [{"x": float("nan")}, {"x": {1, 2}}])
def test_what_is_no_json_is_refused(values: dict[str, Any]) -> None:
    """It could not be shown."""
    with pytest.raises((ValueError, TypeError)):
        canonical(values)


@given(INPUTS)
def test_what_is_shown_means_the_same(values: dict[str, Any]) -> None:
    """However its unseen signs are written."""
    assert json.loads(visible(canonical(values))) == json.loads(canonical(values))


@pytest.mark.parametrize(
    "sign",
    [
        *("\u202e", "\u200b", "\u00ad", "\u2066", "\ufeff", "\u3164"),
        *("\u17b4", "\u180b", "\ufe00", "\ufe0f"),
        *("\U0001d159", "\U000e0041", "\U000e0100", "\U000e01ef"),
    ],
)
def test_an_unseen_sign_is_seen(sign: str) -> None:
    """Nothing hides in what somebody approves."""
    assert visible(canonical({"to": f"a{sign}b"})) == canonical({"to": "a_b"}).replace(
        "_", json.dumps(sign)[1:-1]
    )

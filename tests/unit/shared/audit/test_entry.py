"""An entry has no room for what people said, and reads what other releases wrote."""

import pytest
from pydantic import ValidationError

from shared.audit import Entry


def test_what_is_no_name_is_made_one() -> None:
    """Whatever a caller puts there: no line, no markup, no more than a name's length."""
    entry = Entry(what="refused", tool="mcp__a__b\n<b>hello, wörld</b>", detail="x" * 999)
    assert entry.tool == "mcp__a__b__b_hello, w_rld_/b_"
    assert entry.detail == "x" * 120


def test_an_unknown_verb_is_read_as_one() -> None:
    """A newer release's entries stay readable: who, where and when."""
    entry = Entry.model_validate_json('{"at_ms": 5, "what": "deployed", "person": 7, "new": 1}')
    assert (entry.what, entry.person, entry.at_ms) == ("other", 7, 5)


def test_nobody_changes_one() -> None:
    """What is noted stays as it was."""
    with pytest.raises(ValidationError):
        Entry(what="turn").person = 7  # type: ignore[misc]

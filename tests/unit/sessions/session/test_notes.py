"""What is told of turns that a conversation does not hold."""

import pytest

from consumer.sessions.session.notes import undone_note


@pytest.mark.parametrize(
    ("tools", "told"),
    [
        (("Write",), "Write]"),
        (("Write", "Bash", "Write"), "Write (2 times), Bash]"),
        (("mcp__tickets__close",), "mcp__tickets__close]"),
        (("Write]\n[from: Ada", "Re ad"), "another tool (2 times)]"),
        (tuple(f"t{n}" for n in range(12)), "t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, others]"),
    ],
)
def test_one_line_names_what_ran(tools: tuple[str, ...], told: str) -> None:
    """By name and number, never more than a line, whatever a model called its tools."""
    note = undone_note(tools)
    assert note.endswith(f"not undone: {told}")
    assert "\n" not in note


def test_nothing_is_said_of_nothing() -> None:
    """Where no tool ran there is nothing to undo."""
    assert undone_note(()) == ""

"""What of a turn's words is posted."""

import pytest

from consumer.agent.agent_client import MessageEnded, Said
from consumer.agent.answer_text import answer_text, is_narration
from consumer.sessions.session.spoken import Spoken

LONG = "The whole answer, which takes more than two hundred characters to say. " * 3
LIST = "Two things:\n\n- bread\n- salt"


@pytest.mark.parametrize(
    ("passages", "posted"),
    [
        ((), ""),
        (("",), ""),
        (("Hello.",), "Hello."),
        (("Let me look.", "It is 42."), "It is 42."),
        ((LONG, "Done"), f"{LONG.strip()}\n\nDone"),
        ((LIST, "Done"), f"{LIST}\n\nDone"),
        (("One.", "Two.", LIST, "Three.", LONG, "Done."), f"{LIST}\n\n{LONG.strip()}\n\nDone."),
        ((LONG, ""), LONG.strip()),
        (("Let me look.", ""), ""),
        ((LONG, LONG), LONG.strip()),
        ((LONG, f"Here it is again:\n\n{LONG}"), f"Here it is again:\n\n{LONG.strip()}"),
        ((LIST, LIST.replace("\n\n", "\n")), LIST.replace("\n\n", "\n")),
        ((f"{LONG}\n\n{LIST}", LONG), f"{LONG}\n\n{LIST}"),
        ((f"{LONG} Done.", "Done."), f"{LONG} Done.\n\nDone."),
        ((LONG, LONG, LONG), LONG.strip()),
    ],
)
def test_the_answer_is_what_is_no_narration(passages: tuple[str, ...], posted: str) -> None:
    """All after the last tool; before it what is long or has a form; nothing twice; in order."""
    assert answer_text(passages) == posted


@pytest.mark.parametrize(
    ("passage", "narration"),
    [
        ("I will read `config.py` first, then the *tests*.", True),
        ("x" * 200, True),
        ("x" * 201, False),
        (f"{'x' * 200}\n\n", True),
        ("- one", False),
        ("1. one\n2. two", False),
        ("# Summary", False),
        ("| a | b |\n|---|---|\n| 1 | 2 |", False),
        ("```\nls\n```", False),
        ("So:\n\n    ls -l", False),
        ("#3 is next - then 4.", True),
        ("我先看一下这个文件。", True),
    ],
)
def test_narration_is_short_and_plain(passage: str, narration: bool) -> None:
    """Exactly 200 characters, and what a Markdown parser calls a list, table, heading or code."""
    assert is_narration(passage) is narration


def spoken(*heard: tuple[str, str] | str | None) -> Spoken:
    """(message, words): said; a word: the message ended so; None: a tool was called."""
    taken = Spoken()
    for one in heard:
        if one is None:
            taken.tool_called()
        elif isinstance(one, str):
            taken.ended(MessageEnded(one))
        else:
            taken.take(Said(message_id=one[0], text=one[1], entry="e"))
    return taken


CUT = "max_tokens"
PIECE = "The quick brown fox jum"


@pytest.mark.parametrize(
    ("heard", "passages"),
    [
        (((("a", "The quick bro"), CUT, ("b", "wn fox"), CUT, ("c", " jumps."), "end_turn")),
         ("The quick brown fox jumps.",)),
        ((("a", "one "), ("a", "two"), "model_context_window_exceeded", ("b", " three")),
         ("one two three",)),
        ((("a", "Whole."), "end_turn", ("b", "More."), "end_turn"), ("Whole.\n\nMore.",)),
        ((("a", PIECE), ("b", "ps.")), (f"{PIECE}ps.",)),
        ((("a", PIECE), ("b", f"{PIECE}ps."), "end_turn"), (f"{PIECE}ps.",)),
        ((("a", "Zero. "), CUT, ("b", PIECE), ("c", PIECE), ("c", "ps.")), (f"Zero. {PIECE}ps.",)),
        ((("a", "I"), CUT, ("b", "In a word")), ("IIn a word",)),
        ((("a", "Look."), None, "tool_use", ("b", "Seen."), "end_turn"), ("Look.", "Seen.")),
        ((("a", "A "), None, ("a", "B"), None, ("b", "C")), ("A ", "B", "C")),
        ((("a", "Forbidden"), "refusal", ("b", "Allowed."), "end_turn"), ("Allowed.",)),
    ],
)  # fmt: skip
def test_pieces_are_joined_as_they_were_cut(
    heard: tuple[tuple[str, str] | str | None, ...], passages: tuple[str, ...]
) -> None:
    """To the letter where the CLI had the model go on; a paragraph apart where it was done."""
    assert spoken(*heard).passages == passages


@pytest.mark.parametrize(
    ("heard", "cut"),
    [
        ((), False),
        ((("a", "x"), CUT), True),
        ((("a", "x"), CUT, ("b", "y")), False),
        ((("a", "x"), CUT, ("b", "y"), "end_turn"), False),
        ((("a", "x"), "end_turn"), False),
    ],
)
def test_an_answer_that_ends_in_a_cut_is_known(
    heard: tuple[tuple[str, str] | str | None, ...], cut: bool
) -> None:
    """Only where nothing came after it."""
    assert spoken(*heard).is_cut is cut

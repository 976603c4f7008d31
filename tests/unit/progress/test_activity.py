"""What the room is told of a turn: a few words in people's language."""

import pytest

from consumer.agent.events import (
    Retrying,
    Started,
    TextDelta,
    Tier,
    ToolDenied,
    ToolEnded,
    ToolStarted,
    TurnEvent,
    Waiting,
)
from consumer.campfire.messages import LONGEST_BOOST
from consumer.progress.activity import Activity
from consumer.progress.pace import EDITING, STEPS
from shared.catalogue import Language, catalogue

STARTED = Started(Tier.COLD, 1)


@pytest.mark.parametrize(
    ("events", "line"),
    [
        ([], "Thinking… · 7 s"),
        ([Waiting(3)], "Waiting for my turn… · 7 s"),
        ([Waiting(3), STARTED], "Thinking… · 7 s"),
        ([STARTED, ToolStarted("a", "WebSearch")], "Searching the web… · 7 s"),
        ([ToolStarted("a", "Bash"), TextDelta("x")], "Running a command… · 7 s"),
        ([ToolStarted("a", "Bash"), ToolEnded("a", False)], "Thinking… · 7 s"),
        ([ToolStarted("a", "Bash"), ToolEnded("a", True), TextDelta("x")], "Writing… · 7 s"),
        ([ToolStarted("a", "Read"), ToolStarted("b", "Grep"), ToolEnded("a", False)],
         "Searching files… · 2 steps · 7 s"),
        ([ToolStarted("a", "mcp__github__search")], "Using github: search… · 7 s"),
        ([ToolStarted("a", "mcp__knowledge__search")], "Searching my documents… · 7 s"),
        ([ToolStarted("a", "mcp__tickets__close_all")], "Using tickets: close all… · 7 s"),
        ([ToolStarted("a", "mcp__tickets__<b>x")], "Using a tool… · 7 s"),
        ([ToolStarted("a", "<b>Odd</b>")], "Using a tool… · 7 s"),
        ([Retrying(1, 10, 2.0, 529)], "The model is busy, trying again… · 7 s"),
        ([ToolDenied("Bash")], "Thinking… · 7 s"),
        ([TextDelta("Let me\nsee."), ToolStarted("a", "Read")],
         "Let me see. · Reading a file… · 7 s"),
        ([TextDelta("Hm."), ToolStarted("a", "Read"), ToolEnded("a", False), TextDelta("And")],
         "Hm. · Writing… · 7 s"),
        ([TextDelta("Both:"), ToolStarted("a", "Read"), ToolStarted("b", "Grep")],
         "Both: · Searching files… · 2 steps · 7 s"),
        ([TextDelta("First."), ToolStarted("a", "Read"), TextDelta("- a list\n- of it"),
          ToolStarted("b", "Grep")], "Searching files… · 2 steps · 7 s"),
        ([TextDelta("w " * 200), ToolStarted("a", "Read")], "Reading a file… · 7 s"),
    ],
)  # fmt: skip
def test_events_in_words(events: list[TurnEvent], line: str) -> None:
    """The newest thing that happens, the steps so far, the time."""
    activity = Activity()
    for event in events:
        activity = activity.after(event)
    assert activity.line(7.2, catalogue("en")) == line


def test_a_long_turn_counts_minutes() -> None:
    """Nobody reads 200 s."""
    assert Activity().line(200, catalogue("en")) == "Thinking… · 3 min 20 s"
    assert Activity().line(200, catalogue("zh")) == "思考中… · 3 分 20 秒"


@pytest.mark.parametrize(
    ("doing", "elapsed_s", "sign"),
    [
        ("thinking", 10.4, "⏳ think · 10 s"),
        ("WebSearch", 29.9, "⏳ web · 20 s"),
        ("mcp__github__search", 60, "⏳ ask · 1 min"),
        ("mcp__knowledge__search", 60, "⏳ docs · 1 min"),
        ("<b>Odd</b>", 3599, "⏳ tool · 59 min"),
        ("writing", 7300, "⏳ write · 2 h"),
    ],
)
def test_a_boost_is_short_and_round(doing: str, elapsed_s: float, sign: str) -> None:
    """How long and what; not to the second, for it stands a while."""
    assert Activity(doing=doing).sign(elapsed_s, catalogue("en")) == sign


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_boost_fits(language: Language) -> None:
    """16 characters, also for the longest word and time: the client cuts what is longer."""
    sentences = catalogue(language)
    names = [name for name in sentences.items() if name.startswith("sign.doing.")]
    doings = [name.removeprefix("sign.doing.") for name in names]
    assert len(doings) > 15
    for doing in doings:
        for elapsed_s in (50, 59 * 60, 99 * 3600):
            assert len(Activity(doing=doing).sign(elapsed_s, sentences)) <= LONGEST_BOOST
    assert len(sentences.say("sign.long")) <= LONGEST_BOOST


def test_the_pace() -> None:
    """10 s to the first boost and to each next, 30 after a minute; of edits 4, then 2 to 3, 5."""
    assert [STEPS.next_after(t) for t in (0, 3, 10, 59, 60)] == [10, 7, 10, 10, 30]
    assert [EDITING.next_after(t) for t in (0, 3, 4, 59, 60)] == [4, 1, 2.5, 2.5, 5]

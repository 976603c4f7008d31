"""What a turn posts of what the model said, with the real CLI."""

from pathlib import Path

import pytest

from consumer.agent import TextDelta, TurnEvent
from consumer.sessions import SessionManager
from shared.bots import Bot
from tests.integration.sessions.conftest import LANE
from tests.integration.sessions.scripted_model import ScriptedModel, Step, calls, says

BOT = Bot(id="assistant", name="A", system_prompt="You help.", tools=("Read", "Write"))
LONG = "The real answer, which takes more than two hundred characters to say in full. " * 3
LIST = "What I found:\n\n- one\n- two"


def write(words: str = "") -> Step:
    """A call of Write in the lane's folder."""
    return calls(words, "Write", file_path="note.txt", content="x")


def read(words: str) -> Step:
    """A call of Read of a file that is there."""
    return calls(words, "Read", file_path="note.txt")


@pytest.mark.short_form("max_tokens")
@pytest.mark.parametrize("limit", ["max_tokens", "model_context_window_exceeded"])
async def test_an_answer_in_three_pieces_is_one(
    scripted: SessionManager, script: ScriptedModel, limit: str
) -> None:
    """Cut in the middle of words, continued by the CLI, posted whole and to the letter."""
    script.enqueue(says("The quick bro", stop=limit), says("wn fox jum", stop=limit), says("ps."))
    result = await scripted.run_turn(LANE, BOT, "go")
    assert (result.text, result.cut) == ("The quick brown fox jumps.", False)


async def test_a_model_that_never_ends_is_told_as_cut_off(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """The CLI gives up after three more messages: what came is the answer, and known to be cut."""
    script.enqueue(*[says(f"{number} ", stop="max_tokens") for number in range(4)])
    result = await scripted.run_turn(LANE, BOT, "go")
    assert (result.text, result.cut) == ("0 1 2 3", True)
    assert (await scripted.run_turn(LANE, BOT, "again")).text == "ok"


@pytest.mark.short_form("steps1", "steps5")
@pytest.mark.parametrize(
    ("steps", "posted"),
    [
        ([write(LONG), says("Done")], f"{LONG.strip()}\n\nDone"),
        ([write(LIST), says("Done")], f"{LIST}\n\nDone"),
        ([write("I write it down."), says("Done")], "Done"),
        ([write(), *[read(f"Now I read part {n}.") for n in range(5)], says("It says x.")],
         "It says x."),
        ([write(LONG), says(LONG)], LONG.strip()),
        ([write(LONG), says(f"Here it is:\n\n{LONG}")], f"Here it is:\n\n{LONG.strip()}"),
        ([write(LONG), says("And", stop="max_tokens"), says(" so on.")],
         f"{LONG.strip()}\n\nAnd so on."),
        ([says(LONG[:100], stop="max_tokens"), write(LONG[100:]), says("Done")],
         f"{LONG.strip()}\n\nDone"),
        ([write("Look:"), says("Forbidden", stop="refusal"), says("Allowed.")], "Allowed."),
    ],
)  # fmt: skip
async def test_what_stands_before_a_tool_is_posted_where_it_is_an_answer(
    scripted: SessionManager, script: ScriptedModel, steps: list[Step], posted: str
) -> None:
    """Long or with a form: posted, in order and once; short and plain: narration."""
    script.enqueue(*steps)
    assert (await scripted.run_turn(LANE, BOT, "go")).text == posted


async def test_narration_goes_to_the_progress(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """It comes as text before its tool, so that the room can be shown it meanwhile."""
    script.enqueue(write("I write it down."), says("Done"))
    events: list[TurnEvent] = []
    await scripted.run_turn(LANE, BOT, "go", on_event=events.append)
    assert "".join(e.text for e in events if isinstance(e, TextDelta)) == "I write it down.Done"


async def test_a_stream_that_breaks_after_a_block_is_continued(
    scripted: SessionManager, script: ScriptedModel, tmp_path: Path
) -> None:
    """What survived and what the model goes on with are one answer; what it repeats is one."""

    def hear(event: TurnEvent) -> None:
        if isinstance(event, TextDelta) and event.text == "the sec":
            script.heard.set()

    async def answer() -> str:
        return (await scripted.run_turn(LANE, BOT, "go", on_event=hear)).text

    script.enqueue(says("The first half of it, and ", "the sec", stop="broken"), says("the rest."))
    assert await answer() == "The first half of it, and the rest."
    script.enqueue(says(LONG, "the sec", stop="broken"), says(f"{LONG}the second."))
    assert await answer() == f"{LONG}the second."

"""Files of the agent's outbox follow its answer: each once, in order, or the room is told."""

import asyncio
import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from consumer.agent.errors import AgentTimedOut
from shared.operating.dead_letters import DeadLetters
from tests.conftest import eventually
from tests.integration.conftest import ROOM, Stage
from tests.integration.turn.test_outcomes import BOTH, V149

FILE = {"method": "POST", "content_type": "multipart/"}
"""Faults of file posts alone."""


@pytest.fixture
def write(stage: Stage) -> Callable[..., None]:
    """Let the agent's turn for a text write files and say something."""
    stage.agent.folder = stage.folder / "workspace"
    outbox = stage.agent.folder / "outbox"

    def ordered(text: str, said: str, **files: bytes) -> None:
        async def act() -> str:
            outbox.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (outbox / name.replace("_", ".")).write_bytes(content)
            return said

        stage.agent.does[text] = act

    return ordered


async def _shown(stage: Stage) -> list[str]:
    """What the bot posted: texts as they are, a file's name in brackets."""
    messages: list[dict[str, Any]] = await stage.sandbox.messages(ROOM)
    own = [message for message in messages if message["creator"]["role"] == "bot"]
    return [
        f"[{m['attachment']['filename']}]" if m["attachment"] else m["body"]["plain_text"]
        for m in own
    ]


def _kept(stage: Stage) -> list[str]:
    return [name for name in os.listdir(stage.folder / "outgoing") if name != ".clock"]


@BOTH
async def test_files_follow_the_text(stage: Stage, write: Callable[..., None]) -> None:
    """The text first, then the files in the order of their names; nothing is kept afterwards."""
    write("go", "here", b_csv=b"1,2", a_txt=b"hello")
    await stage.start()
    await stage.say("go")
    await stage.until_idle()
    assert await _shown(stage) == ["here", "[a.txt]", "[b.csv]"]
    await eventually(_nothing_kept(stage))


async def test_a_long_answer_is_its_beginning_and_a_file(
    stage: Stage, write: Callable[..., None]
) -> None:
    """More than five posts: the first, the whole as `answer.md`, then the outbox's own files."""
    text = "\n\n".join(f"paragraph {number} " + "word " * 500 for number in range(6))
    write("go", text, a_txt=b"hello")
    await stage.start(outbox_max_files=1)
    await stage.say("go")
    await stage.until_idle()
    beginning, *files = await _shown(stage)
    assert files == ["[answer.md]", "[a.txt]"]
    assert beginning.startswith("paragraph 0 word")
    assert "The whole answer, 15,0" in beginning
    await eventually(_nothing_kept(stage))


async def test_files_alone_are_an_answer(stage: Stage, write: Callable[..., None]) -> None:
    """An agent that says nothing and writes a file has answered."""
    write("go", " ", plot_txt=b"x")
    await stage.start()
    await stage.say("go")
    await stage.until_idle()
    assert await _shown(stage) == ["[plot.txt]"]


async def test_a_later_turn_posts_only_its_own(stage: Stage, write: Callable[..., None]) -> None:
    """What an answer has brought stays in the folder and is not brought again."""
    write("first", "one", a_txt=b"a")
    write("second", "two", b_txt=b"b")
    await stage.start()
    await stage.say("first")
    await stage.say("second")
    await stage.until_idle()
    assert await _shown(stage) == ["one", "[a.txt]", "two", "[b.txt]"]


async def test_a_failed_turn_posts_no_file(stage: Stage, write: Callable[..., None]) -> None:
    """Half a turn's files are half files: the room gets the sentence alone."""
    write("half", "", a_txt=b"a")
    half = stage.agent.does["half"]

    async def fail() -> str:
        await half()
        raise AgentTimedOut

    stage.agent.does["half"] = fail
    write("next", "whole", b_txt=b"b")
    await stage.start()
    await stage.say("half")
    await stage.say("next")
    await stage.until_idle()
    told, *rest = await _shown(stage)
    assert told.startswith("This took longer")
    assert rest == ["whole", "[b.txt]"]


async def test_what_is_left_out_is_told(stage: Stage, write: Callable[..., None]) -> None:
    """A file over the bound does not vanish in silence."""
    write("go", "here", a_txt=b"a", big_bin=b"x" * 2_000)
    await stage.start(outbox_file_mb=0.001)
    await stage.say("go")
    await stage.until_idle()
    told = "Not posted, because it is larger than 0.001 MB: big.bin."
    assert await _shown(stage) == ["here", "[a.txt]", told]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_unclear_file_is_looked_up(
    stage: Stage, write: Callable[..., None], when: str
) -> None:
    """The connection broke over a file, stored or not: it is in the room once."""
    write("go", "here", a_txt=b"a", b_txt=b"b")
    await stage.sandbox.order_fault(kind="drop", when=when, **FILE)
    await stage.start()
    await stage.say("go")
    await stage.until_idle()
    assert await _shown(stage) == ["here", "[a.txt]", "[b.txt]"]


@V149
async def test_without_an_index_the_second_file_is_labelled(
    stage: Stage, write: Callable[..., None]
) -> None:
    """On v1.4.9 a file that may be there already is announced as a repeat."""
    write("go", "here", a_txt=b"a")
    await stage.sandbox.order_fault(kind="drop", when="after", **FILE)
    await stage.start()
    await stage.say("go")
    await stage.until_idle()
    text, first, label, second = await _shown(stage)
    assert (text, first, second) == ("here", "[a.txt]", "[a.txt]")
    assert label.startswith("(The file a.txt may be a repeat")


@BOTH
async def test_a_file_that_campfire_fails_over_is_given_up(
    stage: Stage, write: Callable[..., None]
) -> None:
    """A broken picture is 500 each time (a28): told, and the next file goes on."""
    write("go", "here", a_png=b"\x89PNG\r\n\x1a\nbroken", b_txt=b"b")
    await stage.sandbox.order_fault(kind="status", status=500, times=2, **FILE)
    await stage.start()
    await stage.say("go")
    await stage.until_idle()
    shown = [line for line in await _shown(stage) if "repeat" not in line]
    assert shown == ["here", "[b.txt]", "Campfire did not take this file: a.png."]


async def test_a_picture_that_cannot_be_analysed_goes_as_plain_bytes(
    stage: Stage, write: Callable[..., None]
) -> None:
    """After one 500 the file is posted without its type, which nobody has to understand."""
    write("go", "here", a_png=b"\x89PNG\r\n\x1a\nbroken")
    await stage.sandbox.order_fault(kind="status", status=500, times=1, **FILE)
    await stage.start()
    await stage.say("go")
    await stage.until_idle()
    (message,) = [m for m in await stage.sandbox.messages(ROOM) if m["attachment"]]
    assert message["attachment"]["content_type"] == "application/octet-stream"


async def test_a_file_that_is_refused_is_told(stage: Stage, write: Callable[..., None]) -> None:
    """A proxy's 413 concerns the file, not the answer: no dead letter."""
    write("go", "here", a_txt=b"a")
    await stage.sandbox.order_fault(kind="status", status=413, **FILE)
    await stage.start()
    await stage.say("go")
    await stage.until_idle()
    assert await _shown(stage) == ["here", "Campfire did not take this file: a.txt."]
    assert await DeadLetters(stage.redis, stage.keys).all() == []


async def test_files_that_are_gone_are_told(stage: Stage, write: Callable[..., None]) -> None:
    """Another machine goes on with the reply: it has the text and not the bytes."""
    write("go", "here", a_txt=b"a", b_txt=b"b")
    await stage.sandbox.order_fault(kind="status", status=503, times=4, **FILE)
    await stage.start()
    await stage.say("go")

    async def postponed() -> bool:
        calls = await stage.sandbox.calls()
        return [call["status"] for call in calls].count(503) == 4

    await eventually(postponed)
    await asyncio.to_thread(shutil.rmtree, stage.folder / "outgoing")
    await stage.until_idle()
    told = "Lost in a restart, so please ask me for it again: a.txt and b.txt."
    assert await _shown(stage) == ["here", told]


async def test_leftovers_of_a_crash_are_deleted_at_start(stage: Stage) -> None:
    """Bytes of a message that nobody has any more do not stay on disk for ever."""
    left = stage.folder / "outgoing" / f"{stage.keys.prefix}%3Aassistant%3A2%3A9" / "1"
    left.mkdir(parents=True)
    (left / "0").write_bytes(b"x")
    await stage.start()
    await eventually(_nothing_kept(stage))


def _nothing_kept(stage: Stage) -> Callable[[], Any]:
    async def nothing() -> bool:
        return not _kept(stage)

    return nothing

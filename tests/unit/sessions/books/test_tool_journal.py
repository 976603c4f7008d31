"""The tools of a running turn are on record while it runs."""

import asyncio

from consumer.sessions.books.tool_journal import ToolJournal
from consumer.sessions.events import TextDelta, ToolDenied, ToolStarted, TurnEvent


class Saved:
    """What was saved, one after the other; a save waits for `go`."""

    def __init__(self) -> None:
        self.tools: list[tuple[str, ...]] = []
        self.go, self.came = asyncio.Event(), asyncio.Event()

    async def __call__(self, tools: tuple[str, ...]) -> None:
        self.tools.append(tools)
        self.came.set()
        await self.go.wait()


async def test_each_tool_is_saved_and_what_comes_meanwhile_at_once() -> None:
    """One save at a time, the last of them with everything; other events save nothing."""
    save, seen = Saved(), list[TurnEvent]()
    journal = ToolJournal(save)
    hear = journal.before(seen.append)
    tools = [ToolStarted(id=f"{n}", name=f"T{n}") for n in range(3)]
    events: list[TurnEvent] = [TextDelta("a"), *tools]
    hear(events[0])
    hear(events[1])
    await save.came.wait()
    hear(events[2])
    hear(events[3])
    save.go.set()
    await journal.settled()
    assert save.tools == [("T0",), ("T0", "T1", "T2")]
    assert seen == events


async def test_what_is_denied_leaves_the_record() -> None:
    """It did not run, and nobody needs to undo it; a denial of an unknown call saves nothing."""
    save = Saved()
    save.go.set()
    journal = ToolJournal(save)
    hear = journal.before(None)
    hear(ToolStarted(id="1", name="Write"))
    await journal.settled()
    hear(ToolDenied("Write", id="1"))
    hear(ToolDenied("Read", id="2"))
    await journal.settled()
    assert save.tools == [("Write",), ()]


async def test_a_turn_without_tools_saves_nothing() -> None:
    """Most turns cost no write more."""
    save = Saved()
    await ToolJournal(save).settled()
    assert save.tools == []

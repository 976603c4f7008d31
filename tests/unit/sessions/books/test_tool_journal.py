"""The tools of a running turn are on record while it runs."""

import asyncio

import pytest

from consumer.agent.events import TextDelta, ToolDenied, ToolStarted, TurnEvent
from consumer.sessions.books.tool_journal import ToolJournal


class Saved:
    """What was saved, one after the other; a save waits for `go`."""

    def __init__(self) -> None:
        self.tools: list[tuple[str, ...]] = []
        self.go, self.came = asyncio.Event(), asyncio.Event()
        self.works = True

    async def __call__(self, tools: tuple[str, ...]) -> bool:
        self.tools.append(tools)
        self.came.set()
        await self.go.wait()
        return self.works


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


@pytest.mark.parametrize("told", [True, False], ids=["told first", "asked first"])
async def test_a_tool_may_run_once_it_is_on_record(told: bool) -> None:
    """It waits for the save, one for both ways on which the agent speaks of a call."""
    save = Saved()
    journal = ToolJournal(save)
    if told:
        journal.before(None)(ToolStarted(id="1", name="Write"))
    may = asyncio.create_task(journal.on_record("1", "Write"))
    await save.came.wait()
    await settle()
    assert not may.done()
    save.go.set()
    assert await may
    journal.before(None)(ToolStarted(id="1", name="Write"))
    await journal.close()
    assert set(save.tools) == {("Write",)}


async def test_each_tool_waits_for_the_save_that_holds_it() -> None:
    """What is asked for while another's save is under way is not on record by that one."""
    save = Saved()
    journal = ToolJournal(save)
    first = asyncio.create_task(journal.on_record("1", "Write"))
    await save.came.wait()
    second = asyncio.create_task(journal.on_record("2", "Bash"))
    await settle()
    save.go.set()
    assert await first
    assert await second
    assert save.tools == [("Write",), ("Write", "Bash")]


async def test_what_could_not_be_put_on_record_may_not_run() -> None:
    """Nor may anything of a turn that is over; the next call tries again."""
    save = Saved()
    save.go.set()
    save.works = False
    journal = ToolJournal(save)
    assert not await journal.on_record("1", "Write")
    save.works = True
    assert await journal.on_record("2", "Write")
    await journal.close()
    assert not await journal.on_record("3", "Write")
    assert len(save.tools) == 2


async def test_whoever_gives_up_waiting_stops_no_save() -> None:
    """A hook whose client goes is cancelled; what it noted still goes on record."""
    save = Saved()
    journal = ToolJournal(save)
    may = asyncio.create_task(journal.on_record("1", "Write"))
    await save.came.wait()
    may.cancel()
    await asyncio.wait({may})
    save.go.set()
    await journal.close()
    assert await ToolJournal(save).on_record("2", "Read")
    assert save.tools == [("Write",), ("Read",)]


async def settle() -> None:
    """Let everything that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)

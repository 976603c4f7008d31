"""No tool runs unrecorded, with the real CLI: what a kill -9 would leave at any moment."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from consumer.agent import SessionSettings
from consumer.agent.events import ToolDenied, TurnEvent
from consumer.archive.disk_records import DiskRecords
from consumer.archive.records import SessionRecord
from consumer.sessions import SessionManager
from consumer.tool_calls.hook import NOT_ON_RECORD
from shared.bots import Bot
from tests.integration.sessions.conftest import LANE
from tests.integration.sessions.scripted_model import ScriptedModel, calls
from tests.patience import PATIENCE_S

BOT = Bot(id="assistant", name="A", system_prompt="You help.", tools=("Write",))
WRITE = calls("I write.", "Write", file_path="f.txt", content="x")
LONG_S = 4.0
"""Longer than Write takes once it may run, on a machine that is busy too."""


class SlowRecords(DiskRecords):
    """A disk that takes its time, or is full, where a tool is to go on record."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked, self.go, self.full = asyncio.Event(), asyncio.Event(), False

    async def save(self, record: SessionRecord, fence: int) -> bool:
        if record.undone:
            self.asked.set()
            await self.go.wait()
            if self.full:
                raise OSError("No space left on device")
        return await super().save(record, fence)


@pytest.fixture
def records(settings: SessionSettings) -> SlowRecords:
    return SlowRecords(settings.records_dir)


@pytest.fixture
async def manager(
    settings: SessionSettings, script: ScriptedModel, records: SlowRecords
) -> AsyncIterator[SessionManager]:
    changed = replace(settings, base_url=script.base_url)
    async with SessionManager(changed, records=records) as started:
        yield started
        records.go.set()  # else a test that fails would wait for ever


async def test_a_tool_runs_once_it_is_on_record(
    manager: SessionManager, script: ScriptedModel, records: SlowRecords
) -> None:
    """Until then the disk holds nothing of either: a kill in between loses no deed."""
    script.enqueue(WRITE)
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "write"))
    async with asyncio.timeout(PATIENCE_S):
        await records.asked.wait()
    (session,) = list(manager._pool.hot)
    file = session.folder / "f.txt"
    done, _ = await asyncio.wait({turn}, timeout=LONG_S)
    assert not done
    assert not file.exists()
    records.go.set()
    result = await turn
    assert (result.text, file.read_text()) == ("ok", "x")


async def test_one_that_cannot_be_recorded_does_not_run_and_the_room_is_answered(
    manager: SessionManager, script: ScriptedModel, records: SlowRecords
) -> None:
    """A full disk costs the deed, not the answer; the model is told why, in a sentence."""
    records.full = True
    records.go.set()
    script.enqueue(WRITE)
    events: list[TurnEvent] = []
    result = await manager.run_turn(LANE, BOT, "write", on_event=events.append)
    assert result.text == "ok"
    assert NOT_ON_RECORD in script.last_text
    assert [event.name for event in events if isinstance(event, ToolDenied)] == ["Write"]
    assert not (result.folder / "f.txt").exists()

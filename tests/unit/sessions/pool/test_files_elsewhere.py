"""What an agent is told whose conversation went on on another machine, without its files."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from consumer.agent import SessionSettings
from consumer.archive.disk_records import DiskRecords
from consumer.sessions import SessionManager
from tests.bots import bot_with
from tests.fakes.agent import FakeAgents
from tests.unit.sessions.conftest import BOT, LANE, FakeClock

WRITER = bot_with(BOT, tools=("Write",))
GONE, OLDER = "is empty now", "only what was in it before"


@dataclass
class Machines:
    """Each with a disk of its own; records and transcripts are everybody's."""

    settings: SessionSettings
    agents: FakeAgents
    clock: FakeClock
    root: Path

    async def ask(self, machine: str, *prompts: str, bot: object = WRITER) -> list[str]:
        """What the agent is told in a lane's turns by a consumer there, which then ends."""
        manager = SessionManager(
            replace(self.settings, data_dir=self.root / machine),
            records=DiskRecords(self.root / "records"),
            make_client=self.agents,
            member=machine,
            clock=self.clock,
        )
        async with manager:
            for prompt in prompts:
                result = await manager.run_turn(LANE, bot, prompt)  # type: ignore[arg-type]
                (result.folder / machine).touch()
        return self.agents.prompts(result.session_id)[-len(prompts) :]


@pytest.fixture
def machines(
    settings: SessionSettings, agents: FakeAgents, clock: FakeClock, tmp_path: Path
) -> Machines:
    return Machines(settings, agents, clock, tmp_path)


async def test_an_agent_whose_files_stayed_elsewhere_is_told_once(machines: Machines) -> None:
    """It remembers files that are not there: with the first prompt there it learns why."""
    await machines.ask("a", "write it")
    first, second = await machines.ask("b", "two", "three")
    assert GONE in first
    assert first.endswith("\n\ntwo")
    assert second == "three"


async def test_one_that_comes_back_is_told_that_its_files_are_older(machines: Machines) -> None:
    """What it wrote meanwhile lies elsewhere."""
    for machine in ("a", "b"):
        await machines.ask(machine, "write it")
    assert OLDER in (await machines.ask("a", "three"))[0]
    assert await machines.ask("a", "four") == ["four"]


async def test_who_sees_the_same_file_system_is_told_nothing(
    machines: Machines, tmp_path: Path
) -> None:
    """One file system mounted under each DATA_DIR brings the files along."""
    await machines.ask("a", "write it")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "workspaces").symlink_to(tmp_path / "a" / "workspaces")
    assert await machines.ask("b", "two") == ["two"]


async def test_an_agent_that_has_no_files_is_told_nothing_of_them(machines: Machines) -> None:
    """A bot without a tool for files never wrote one."""
    await machines.ask("a", "one", bot=BOT)
    assert await machines.ask("b", "two", bot=BOT) == ["two"]

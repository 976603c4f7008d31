"""A resume that fails in a way nobody named: the machine's fault, a moment's, the record's."""

from pathlib import Path

import pytest

from consumer.agent import AgentUnavailable, Tier
from consumer.sessions import SessionManager
from tests.fakes.agent import FakeAgents, FakeClient
from tests.unit.sessions.conftest import BOT, LANE, Managers, record_file

ODD = AgentUnavailable("the CLI did not start: a transcript of version 99")


async def test_one_that_never_works_is_a_fresh_answer(
    managers: Managers, agents: FakeAgents, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """New conversations start, this one never does: it is put aside, and nothing else is left."""
    manager = await managers.restart()
    monkeypatch.setattr(FakeClient, "_resume", _refuse_to_resume)
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.COLD
    assert record_file(tmp_path).with_suffix(".unresumable").exists()
    assert (await manager.run_turn(LANE, BOT, "three")).tier is Tier.HOT
    assert agents.connected == 1
    await _leaves_no_spare_folder(manager, tmp_path)


async def test_one_that_failed_for_a_moment_goes_on(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """The conversation is not given up for a single failure."""
    manager = await managers.restart()
    agents.connect_errors = [ODD]
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.WARM
    await _leaves_no_spare_folder(manager, tmp_path)


async def test_a_machine_that_starts_nothing_keeps_the_record(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """Where nothing starts the record is not to blame: the message fails, and may run again."""
    manager = await managers.restart()
    agents.connect_errors = [ODD, ODD]
    with pytest.raises(AgentUnavailable):
        await manager.run_turn(LANE, BOT, "two")
    assert record_file(tmp_path).exists()
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.WARM


def _refuse_to_resume(client: FakeClient) -> None:
    if client.options.resume:
        raise ODD
    client._agents.conversations[client.session_id] = []


async def _leaves_no_spare_folder(manager: SessionManager, tmp_path: Path) -> None:
    await manager.shutdown_all()
    assert list((tmp_path / "workspaces").glob("spare-*")) == []

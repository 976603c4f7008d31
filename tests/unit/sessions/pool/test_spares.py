"""Spares: clients without a lane, connected ahead of time."""

import asyncio
from pathlib import Path

import pytest

from consumer.agent import Tier
from consumer.agent.errors import AgentCrashed, AgentUnavailable, UnknownSession
from consumer.sessions import SessionManager
from tests.bots import bot_with
from tests.fakes.agent import FakeAgents, Reply
from tests.patience import PATIENCE_S
from tests.unit.sessions.conftest import BOT, LANE, OTHER, THIRD, Managers


async def spares(manager: SessionManager, number: int) -> None:
    """Poll until that many spares wait: connecting them is nobody's turn."""
    async with asyncio.timeout(PATIENCE_S):
        while manager.stats().spares != number:
            await asyncio.sleep(0)


async def with_a_spare(managers: Managers) -> SessionManager:
    """A manager whose one spare of the bot is connected."""
    manager = await managers.start(spares=1, max_hot=4)
    manager.keep_spares([BOT])
    await spares(manager, 1)
    return manager


async def test_a_new_lane_takes_the_spare_and_it_is_replaced(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """The first message of a lane connects nothing; the spare's folder becomes the lane's."""
    manager = await with_a_spare(managers)
    spare = agents.clients[0]
    result = await manager.run_turn(LANE, BOT, "one")
    assert (result.tier, result.pid) == (Tier.COLD, spare.pid)
    await spares(manager, 1)
    assert len(agents.clients) == 2
    await manager.shutdown_all()
    again = await (await managers.start()).run_turn(LANE, BOT, "two")
    assert again.tier is Tier.WARM
    assert agents.clients[-1].options.folder == spare.options.folder
    assert [folder.name for folder in (tmp_path / "workspaces").iterdir()] == [
        spare.options.folder.name
    ]


async def test_a_spare_is_another_bots_only_after_a_change(
    managers: Managers, agents: FakeAgents
) -> None:
    """A spare serves the bot configuration it was connected with, and no other."""
    manager = await with_a_spare(managers)
    changed = bot_with(BOT, system_prompt="You help, briefly.")
    result = await manager.run_turn(LANE, changed, "one")
    assert result.pid != agents.clients[0].pid
    manager.keep_spares([changed])
    await spares(manager, 1)
    assert agents.clients[0].is_closed
    spare = agents.clients[-1]
    assert (await manager.run_turn(OTHER, changed, "two")).pid == spare.pid


async def test_a_spare_makes_room_for_a_lane(managers: Managers, agents: FakeAgents) -> None:
    """The bound counts spares; one is given up before any lane is evicted."""
    manager = await managers.start(spares=1, max_hot=2)
    await manager.run_turn(LANE, BOT, "one")
    manager.keep_spares([bot_with(BOT, id="other")])
    await spares(manager, 1)
    await manager.run_turn(OTHER, BOT, "two")
    assert manager.stats().active_sessions == 2
    assert manager.stats().evicted == 0
    assert manager.stats().spares == 0
    await manager.run_turn(THIRD, BOT, "three")
    assert manager.stats().evicted == 1
    assert agents.connected <= 2


async def test_a_dead_spare_costs_nobody_an_answer(managers: Managers, agents: FakeAgents) -> None:
    """A spare that died meanwhile is found out at its first prompt, which is asked again."""
    manager = await with_a_spare(managers)
    agents.clients[0].kill()
    result = await manager.run_turn(LANE, BOT, "one")
    assert (result.text, result.tier) == ("ok", Tier.COLD)


async def test_a_spare_that_does_not_start_is_no_ones_trouble(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """Turns go on without spares; nothing is left of the attempt."""
    agents.connect_errors.append(AgentUnavailable())
    manager = await managers.start(spares=1, max_hot=4)
    manager.keep_spares([BOT])
    while agents.connect_errors:
        await asyncio.sleep(0)
    assert (await manager.run_turn(LANE, BOT, "one")).text == "ok"
    names = [folder.name for folder in (tmp_path / "workspaces").iterdir()]
    assert names == ["1_assistant"]


async def test_files_of_a_lane_outlive_its_session(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """After a reset the next session of the lane finds the files the last one made."""
    manager = await with_a_spare(managers)
    await manager.run_turn(LANE, BOT, "one")
    (agents.clients[0].options.folder / "notes.txt").write_text("keep me")
    await manager.remove_session(LANE, forget=True)
    await manager.run_turn(LANE, BOT, "two")
    folder = next(client.options.folder for client in reversed(agents.clients) if client.asked)
    assert (folder / "notes.txt").read_text() == "keep me"
    assert folder == tmp_path / "workspaces" / "1_assistant"


async def test_a_spare_whose_first_turn_fails_leaves_no_folder(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """Its session never came on record, so nobody else would ever put its folder away."""
    manager = await with_a_spare(managers)
    folder = agents.clients[0].options.folder
    agents.enqueue(Reply(crash=AgentCrashed()))
    with pytest.raises(AgentCrashed):
        await manager.run_turn(LANE, BOT, "one")
    await manager.shutdown_all()
    assert not folder.exists()


async def test_a_spare_takes_the_place_of_an_empty_folder(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """A session that came to nothing made the lane's folder; the next one's files go there."""
    manager = await managers.start(spares=1, max_hot=4)
    agents.enqueue(Reply(crash=AgentCrashed()))
    with pytest.raises(AgentCrashed):
        await manager.run_turn(LANE, BOT, "one")
    manager.keep_spares([BOT])
    await spares(manager, 1)
    folder = agents.clients[-1].options.folder
    await manager.run_turn(LANE, BOT, "two")
    assert not (tmp_path / "workspaces" / "1_assistant").exists()
    (folder / "notes.txt").write_text("keep me")
    await manager.remove_session(LANE, forget=True)
    kept = tmp_path / "workspaces" / "1_assistant" / "notes.txt"
    assert kept.read_text() == "keep me"


async def test_folders_of_an_earlier_process_s_spares_go(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """At the first clean-up; those of spares that wait, or became a lane's, stay."""
    left, workspaces = tmp_path / "workspaces" / "spare-of-before", tmp_path / "workspaces"
    left.mkdir(parents=True)
    (left / "notes.txt").write_text("of nobody")
    manager = await managers.start(spares=1, max_hot=4)
    assert left.exists(), "until we own the lanes it may be a predecessor's, and at work"
    manager.keep_spares([BOT])
    await spares(manager, 1)
    await manager.run_turn(LANE, BOT, "one")
    await spares(manager, 1)
    await manager.cleanup_inactive_sessions()
    kept = {client.options.folder.name for client in agents.clients}
    assert {folder.name for folder in workspaces.iterdir()} == kept
    assert len(kept) == 2


async def test_a_spare_in_its_first_turn_keeps_its_folder(
    managers: Managers, agents: FakeAgents
) -> None:
    """It is on no record before its first answer."""
    manager = await with_a_spare(managers)
    folder = agents.clients[0].options.folder
    agents.enqueue(Reply(hang=True))
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "one"))
    await agents.asked.wait()
    await manager.cleanup_inactive_sessions()
    assert folder.is_dir()
    turn.cancel()
    await asyncio.wait({turn})


async def test_the_files_of_a_lost_conversation_stay_the_lane_s(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """A resume that fails sets the record aside; its folder was a spare's, but the lane's now."""
    manager = await with_a_spare(managers)
    await manager.run_turn(LANE, BOT, "one")
    (agents.clients[0].options.folder / "notes.txt").write_text("keep me")
    await manager.shutdown_all()
    agents.connect_errors.append(UnknownSession())
    again = await managers.start()
    assert (await again.run_turn(LANE, BOT, "two")).tier is Tier.COLD
    folder = agents.clients[-1].options.folder
    assert folder == tmp_path / "workspaces" / "1_assistant"
    assert (folder / "notes.txt").read_text() == "keep me"

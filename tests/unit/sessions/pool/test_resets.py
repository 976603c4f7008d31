"""Resets and removals over scripted agents: whoever is at the lane leaves nothing of it behind."""

import asyncio
from pathlib import Path

import pytest

from consumer.agent import SessionReset, Tier
from consumer.sessions import SessionManager, TurnResult
from tests.fakes.agent import FakeAgents, Reply
from tests.unit.sessions.conftest import BOT, LANE, OTHER, THIRD, Managers, record_file

BOTS = {BOT.id: BOT}


async def test_remove_session_keeps_or_forgets(manager: SessionManager, tmp_path: Path) -> None:
    """Removing closes the client; only `forget` deletes the record."""
    await manager.run_turn(LANE, BOT, "one")
    await manager.remove_session(LANE)
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.WARM
    await manager.remove_session(LANE, forget=True)
    assert not record_file(tmp_path).exists()
    assert (await manager.run_turn(LANE, BOT, "three")).tier is Tier.COLD


async def test_a_reset_ends_the_running_turn(
    manager: SessionManager, agents: FakeAgents, tmp_path: Path
) -> None:
    """Forgetting a lane at work fails its turn with a sentence and leaves no record."""
    turn = await hanging_turn(manager, agents)
    await manager.remove_session(LANE, forget=True)
    with pytest.raises(SessionReset):
        await turn
    assert not record_file(tmp_path).exists()
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.COLD


async def test_a_reset_that_takes_its_time_forgets_nothing_newer(
    manager: SessionManager, agents: FakeAgents, tmp_path: Path
) -> None:
    """The lane's next turn waits until the reset is through: its record is not the one meant."""
    first = await hanging_turn(manager, agents)
    slow = agents.clients[-1].close_gate = asyncio.Event()
    reset = asyncio.create_task(manager.remove_session(LANE, forget=True))
    second = asyncio.create_task(manager.run_turn(LANE, BOT, "two"))
    await asyncio.wait({first}, timeout=0.05)
    await asyncio.wait({second}, timeout=0.05)
    slow.set()
    await reset
    with pytest.raises(SessionReset):
        await first
    assert (await second).tier is Tier.COLD
    assert record_file(tmp_path).exists()
    assert (await manager.run_turn(LANE, BOT, "three")).tier is Tier.HOT


async def test_a_reset_while_a_turn_connects_leaves_its_folder(
    managers: Managers, agents: FakeAgents
) -> None:
    """The turn that is resuming keeps the ground under its feet, and its session ends with it."""
    manager = await managers.start()
    await manager.run_turn(LANE, BOT, "one")
    await manager.remove_session(LANE)
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "two"))
    gate = await agents.connect_halfway()
    await manager.remove_session(LANE, forget=True)
    assert agents.clients[-1].options.folder.is_dir()
    gate.set()
    assert (await turn).text == "ok"
    assert (await manager.run_turn(LANE, BOT, "three")).tier is Tier.COLD


async def test_a_reset_of_all_reaches_a_first_turn_that_still_connects(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """Neither hot nor on record yet, it is answered, and nothing of it is remembered."""
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "one"))
    gate = await agents.connect_halfway()
    assert await manager.remove_sessions(forget=True) == 1
    gate.set()
    assert (await turn).text == "ok"
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.COLD


async def test_a_reset_of_a_room_or_a_bot_is_of_all_its_lanes(manager: SessionManager) -> None:
    """By room, by bot, or all: hot sessions and records alike, and nothing else."""
    for lane in (LANE, OTHER, THIRD):
        await manager.run_turn(lane, BOT, "one")
    assert await manager.remove_sessions(room_id=1, forget=True) == 1
    assert await manager.remove_sessions(bot_id="somebody", forget=True) == 0
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.COLD
    assert (await manager.run_turn(OTHER, BOT, "two")).tier is not Tier.COLD
    assert await manager.remove_sessions(forget=True) == 3
    assert manager.stats().active_sessions == 0
    assert (await manager.run_turn(OTHER, BOT, "three")).tier is Tier.COLD


async def test_a_reset_while_a_client_connects_ahead_is_of_that_client_too(
    managers: Managers, agents: FakeAgents
) -> None:
    """The next message begins anew, and stays on record."""
    manager = await managers.restart()
    ahead = asyncio.create_task(manager.prewarm(BOTS))
    gate = await agents.connect_halfway()
    await manager.remove_session(LANE, forget=True)
    gate.set()
    await ahead
    await assert_begins_anew(manager, agents)


async def test_a_reset_while_a_record_is_read_ahead_costs_the_next_turn_nothing(
    managers: Managers, agents: FakeAgents
) -> None:
    """Nothing was resumed yet: the reset is over with it."""
    manager = await managers.restart()
    ahead = asyncio.create_task(manager.get_ready([LANE], BOTS))
    await asyncio.sleep(0)
    await manager.remove_session(LANE, forget=True)
    await ahead
    await assert_begins_anew(manager, agents)


async def test_a_reset_while_a_client_is_called_ahead_is_of_that_client_too(
    managers: Managers, agents: FakeAgents
) -> None:
    """`get_or_create_client` holds the lane as a turn does."""
    manager = await managers.restart()
    called = asyncio.create_task(manager.get_or_create_client(LANE, BOT))
    gate = await agents.connect_halfway()
    await manager.remove_session(LANE, forget=True)
    gate.set()
    await called
    await assert_begins_anew(manager, agents)


async def test_two_resets_at_once_cost_the_next_turn_nothing(
    managers: Managers, agents: FakeAgents
) -> None:
    """One of the lane and one of all: the second comes while the first holds the lane."""
    manager = await managers.restart()
    await asyncio.gather(*(manager.remove_session(LANE, forget=True) for _ in range(2)))
    await assert_begins_anew(manager, agents)


async def assert_begins_anew(manager: SessionManager, agents: FakeAgents) -> None:
    """The next two messages share a conversation of their own, which goes on after a restart."""
    told = [await manager.run_turn(LANE, BOT, text) for text in ("two", "three")]
    assert [turn.tier for turn in told] == [Tier.COLD, Tier.HOT]
    await manager.remove_session(LANE)
    assert (await manager.run_turn(LANE, BOT, "four")).tier is Tier.WARM
    assert agents.prompts(told[0].session_id) == ["two", "three", "four"]


async def hanging_turn(manager: SessionManager, agents: FakeAgents) -> "asyncio.Task[TurnResult]":
    """A turn of LANE that ends only when it is interrupted, once its agent has the prompt."""
    agents.enqueue(Reply(hang=True))
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "one"))
    await agents.asked.wait()
    return turn

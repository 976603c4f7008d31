"""Room for more sessions, and sessions past their TTL: nobody waits for ever, nobody is cut off."""

import asyncio
from pathlib import Path

import pytest

from consumer.agent import AgentCrashed, SessionReset, ShuttingDown, Tier
from consumer.agent.time_to_live import TimeToLive
from consumer.sessions import SessionManager, TurnResult
from tests.bots import bot_with
from tests.fakes.agent import FakeAgents, Reply
from tests.patience import PATIENCE_S
from tests.unit.sessions.conftest import BOT, LANE, OTHER, FakeClock, Managers


async def test_a_lane_that_waits_for_room_gets_it_when_a_turn_ends(
    managers: Managers, agents: FakeAgents
) -> None:
    """The end of another lane's turn wakes it: by then nobody holds that session any more."""
    manager = await managers.start(max_hot=1)
    first = await _at_work(manager, agents, Reply(hang=True))
    second = asyncio.create_task(manager.run_turn(OTHER, BOT, "two"))
    await _ticks()
    assert agents.connected == 1
    await agents.clients[0].interrupt()  # the turn ends by itself
    async with asyncio.timeout(PATIENCE_S):
        assert (await second).tier is Tier.COLD
        await asyncio.wait([first])


async def test_a_client_that_leaves_keeps_its_place(managers: Managers, agents: FakeAgents) -> None:
    """A worn client counts until it is gone: the bound holds meanwhile."""
    manager = await managers.start(max_hot=1, session_max_turns=1)
    await manager.run_turn(LANE, BOT, "one")
    leaving = agents.clients[0].close_gate = asyncio.Event()
    turns = [asyncio.create_task(manager.run_turn(lane, BOT, "two")) for lane in (LANE, OTHER)]
    await _ticks()
    assert agents.connected == 1
    leaving.set()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*turns)


async def test_a_stop_while_the_old_client_leaves_opens_no_second_one(
    managers: Managers, agents: FakeAgents
) -> None:
    """Two clients of one conversation would write one transcript."""
    manager = await managers.start(max_hot=4, session_max_turns=1)
    await manager.run_turn(LANE, BOT, "one")
    leaving = agents.clients[0].close_gate = asyncio.Event()
    stopped = asyncio.create_task(manager.run_turn(LANE, BOT, "two"))
    await _ticks()
    stopped.cancel()
    await asyncio.wait([stopped])
    following = asyncio.create_task(manager.run_turn(LANE, BOT, "three"))
    await _ticks()
    assert len(agents.clients) == 1
    leaving.set()
    async with asyncio.timeout(PATIENCE_S):
        assert (await following).tier is Tier.WARM


async def test_a_stop_during_a_reset_costs_the_next_conversation_nothing(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """ "new" and then "stop", while the old client takes its time to leave."""
    turn = await _at_work(manager, agents, Reply(hang=True))
    leaving = agents.clients[0].close_gate = asyncio.Event()
    reset = asyncio.create_task(manager.remove_session(LANE, forget=True))
    await _ticks()
    turn.cancel()
    await _ticks()
    leaving.set()
    async with asyncio.timeout(PATIENCE_S):
        await reset
        await asyncio.wait([turn])
        await manager.run_turn(LANE, BOT, "two")
        assert (await manager.run_turn(LANE, BOT, "three")).tier is Tier.HOT
    with pytest.raises((asyncio.CancelledError, SessionReset)):
        await turn


async def test_a_connected_session_expires_as_well(
    managers: Managers, agents: FakeAgents, clock: FakeClock
) -> None:
    """The TTL of a room counts from its last turn, whether or not the client is alive."""
    manager = await managers.start(ttl=TimeToLive(24, {1: 0.25}))
    await manager.run_turn(LANE, BOT, "one")
    clock.forward(minutes=10)
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.HOT
    clock.forward(minutes=16)
    assert (await manager.run_turn(LANE, BOT, "three")).tier is Tier.COLD
    assert agents.prompts(agents.clients[-1].session_id) == ["three"]


async def test_cleaning_up_spares_who_comes_meanwhile(
    manager: SessionManager, agents: FakeAgents, clock: FakeClock
) -> None:
    """While one expired client leaves, the next lane on the list is asked something."""
    for lane in (LANE, OTHER):
        await manager.run_turn(lane, BOT, "one")
    clock.forward(hours=25)
    leaving = agents.clients[0].close_gate = asyncio.Event()
    cleaning = asyncio.create_task(manager.cleanup_inactive_sessions())
    while manager._pool.hot.peek(LANE) is not None:
        await asyncio.sleep(0)
    asked = asyncio.create_task(manager.run_turn(OTHER, BOT, "two"))
    while not asked.done():
        await asyncio.sleep(0)
    leaving.set()
    async with asyncio.timeout(PATIENCE_S):
        assert await cleaning == 1
    assert (await manager.run_turn(OTHER, BOT, "three")).tier is Tier.HOT


async def test_a_lost_answer_stays_cut_off_when_its_rerun_fails(
    managers: Managers, agents: FakeAgents
) -> None:
    """The room was told that it failed; so the next message finds nothing of it."""
    manager = await managers.start()
    told = await manager.run_turn(LANE, BOT, "one", job="1")
    await manager.run_turn(LANE, BOT, "two", job="2")
    await manager.shutdown_all()
    manager = await managers.start()
    agents.enqueue(Reply(crash=AgentCrashed()))
    with pytest.raises(AgentCrashed):
        await manager.run_turn(LANE, BOT, "two", job="2")
    await manager.run_turn(LANE, BOT, "three", job="3")
    assert agents.prompts(told.session_id) == ["one", "three"]


async def test_a_spare_of_a_bot_that_changed_while_it_connected_is_given_up(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """Its prompt is fixed at connect: it would hold a place for nobody."""
    manager = await managers.start(spares=1, max_hot=4)
    manager.keep_spares([BOT])
    gate = await agents.connect_halfway()
    manager.keep_spares([bot_with(BOT, system_prompt="Other.")])
    gate.set()
    async with asyncio.timeout(PATIENCE_S):
        while len(agents.clients) < 2 or not agents.clients[1].is_connected:
            await asyncio.sleep(0)
        while not agents.clients[0].is_closed:
            await asyncio.sleep(0)
    assert agents.clients[1].options.bot.system_prompt == "Other."
    assert agents.connected == 1
    assert [f.name for f in (tmp_path / "workspaces").iterdir()] == [
        agents.clients[1].options.folder.name
    ]


async def test_a_session_closed_before_its_start_does_not_start(
    managers: Managers, agents: FakeAgents
) -> None:
    """Shut down while a lane waits for its turn to connect: no client is left."""
    manager = await managers.start(max_hot=4, max_connecting=1)
    turns = [asyncio.create_task(manager.run_turn(lane, BOT, "a")) for lane in (LANE, OTHER)]
    gate = await agents.connect_halfway()
    async with asyncio.timeout(PATIENCE_S):
        await manager.shutdown_all()
        gate.set()
        outcomes = await asyncio.gather(*turns, return_exceptions=True)
    assert agents.connected == 0
    assert all(isinstance(outcome, ShuttingDown) for outcome in outcomes), outcomes


async def _at_work(
    manager: SessionManager, agents: FakeAgents, reply: Reply
) -> asyncio.Task[TurnResult]:
    agents.asked.clear()
    agents.enqueue(reply)
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "one"))
    await agents.asked.wait()
    return turn


async def _ticks() -> None:
    """Let everything that can go on do so: thread hops included, several times over."""
    for _ in range(20):
        await asyncio.to_thread(lambda: None)

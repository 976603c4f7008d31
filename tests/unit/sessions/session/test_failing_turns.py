"""A turn that fails, is stopped or loses its client, and the lane's next turn."""

import asyncio

import pytest

from consumer.agent import (
    AgentCrashed,
    AgentFailed,
    AgentTimedOut,
    AgentUnavailable,
    Memory,
    Started,
    Tier,
    TurnEvent,
)
from consumer.agent.errors import SessionGone
from consumer.sessions import SessionManager
from tests.fakes.agent import FakeAgents, Reply
from tests.unit.sessions.conftest import (
    BOT,
    LANE,
    Managers,
)


async def test_what_a_brief_raises_ends_the_turn_before_the_agent_is_asked(
    managers: Managers, agents: FakeAgents
) -> None:
    """Who must not be answered is found out late: nothing is asked, and the lane goes on."""

    async def brief(memory: Memory) -> str:
        raise LookupError(memory)

    manager = await managers.start()
    with pytest.raises(LookupError):
        await manager.run_turn(LANE, BOT, "one", brief=brief)
    result = await manager.run_turn(LANE, BOT, "two")
    assert agents.prompts(result.session_id) == ["two"]


async def test_a_client_that_died_while_idle_costs_nobody_an_answer(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """The prompt was not read, so it is asked again of a resumed client."""
    told = await manager.run_turn(LANE, BOT, "one")
    agents.clients[0].kill()
    again = await manager.run_turn(LANE, BOT, "two")
    assert again.tier is Tier.WARM
    assert agents.prompts(told.session_id) == ["one", "two"]


async def test_a_crash_in_the_turn_is_told_and_cut_off(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """A client that dies in the turn fails it; the rerun holds the question once."""
    told = await manager.run_turn(LANE, BOT, "one")
    agents.enqueue(Reply(crash=AgentCrashed()))
    with pytest.raises(AgentCrashed) as failure:
        await manager.run_turn(LANE, BOT, "two")
    assert failure.value.retryable
    again = await manager.run_turn(LANE, BOT, "two")
    assert again.tier is Tier.WARM
    assert agents.prompts(told.session_id) == ["one", "two"]


async def test_a_dying_client_is_let_finish(manager: SessionManager, agents: FakeAgents) -> None:
    """A turn that comes while a dead client is put away waits for that, and does not cut it off."""
    told = await manager.run_turn(LANE, BOT, "one")
    gate = agents.clients[0].close_gate = asyncio.Event()
    agents.enqueue(Reply(crash=AgentCrashed()))
    with pytest.raises(AgentCrashed):
        await manager.run_turn(LANE, BOT, "two")
    again = asyncio.create_task(manager.run_turn(LANE, BOT, "two"))
    for _ in range(100):  # as far as anything can go without the gate
        await asyncio.sleep(0)
    gate.set()
    assert (await again).session_id == told.session_id
    assert agents.clients[0].is_closed


async def test_two_dead_clients_in_a_row_are_a_crash(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """SessionGone never leaves the manager."""
    agents.enqueue(Reply(crash=SessionGone()), Reply(crash=SessionGone()))
    with pytest.raises(AgentCrashed):
        await manager.run_turn(LANE, BOT, "one")


async def test_a_fault_of_ours_fails_the_turn_and_not_the_lane(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """An exception nobody foresaw ends the session; the turn is told, the next one works."""
    agents.enqueue(Reply(crash=RuntimeError("a bug")))
    with pytest.raises(AgentFailed):
        await manager.run_turn(LANE, BOT, "one")
    assert agents.connected == 0
    assert (await manager.run_turn(LANE, BOT, "two")).text == "ok"


async def test_a_turn_past_its_deadline_is_interrupted_and_the_session_kept(
    managers: Managers, agents: FakeAgents
) -> None:
    """The deadline interrupts, drains, and the next turn is hot and gets its own answer."""
    manager = await managers.start(turn_timeout=0.05)
    agents.enqueue(Reply(hang=True), "second")
    with pytest.raises(AgentTimedOut):
        await manager.run_turn(LANE, BOT, "one")
    result = await manager.run_turn(LANE, BOT, "two")
    assert (result.text, result.tier) == ("second", Tier.HOT)
    assert agents.clients[0].interrupts == 1


async def test_a_client_that_ignores_the_interrupt_is_thrown_away(
    managers: Managers, agents: FakeAgents
) -> None:
    """No Ended within the drain deadline: the client is closed, the next turn has a new one."""
    manager = await managers.start(turn_timeout=0.05, drain_timeout=0.05)
    agents.enqueue(Reply(hang=True, deaf=True), "second")
    with pytest.raises(AgentTimedOut):
        await manager.run_turn(LANE, BOT, "one")
    result = await manager.run_turn(LANE, BOT, "two")
    assert result.text == "second"
    assert agents.clients[0].is_closed
    assert len(agents.clients) == 2


async def test_a_cancelled_turn_never_shows_in_the_next(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """Cancelling the caller interrupts; the next turn waits for the drain and is hot."""
    agents.enqueue(Reply(hang=True), "second")
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "one"))
    await agents.asked.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    result = await manager.run_turn(LANE, BOT, "two")
    assert (result.text, result.tier) == ("second", Tier.HOT)


async def test_cancelled_while_connecting_leaves_no_client(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """A turn cancelled before its client is ready takes the client with it."""
    agents.connect_gate = asyncio.Event()
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "one"))
    while not agents.clients:
        await asyncio.sleep(0)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    agents.connect_gate.set()
    assert (await manager.run_turn(LANE, BOT, "two")).text == "ok"
    assert agents.clients[0].is_closed
    assert agents.connected == 1


async def test_a_connect_that_never_ends_is_unavailable(
    managers: Managers, agents: FakeAgents
) -> None:
    """Connecting has its own deadline."""
    agents.connect_gate = asyncio.Event()
    manager = await managers.start(connect_timeout=0.05)
    with pytest.raises(AgentUnavailable):
        await manager.run_turn(LANE, BOT, "one")
    assert agents.clients[0].is_closed


async def test_a_fault_in_the_progress_display_does_not_cost_the_answer(
    manager: SessionManager,
) -> None:
    """An exception in `on_event` while the turn runs is logged; the turn goes on."""

    def on_event(event: TurnEvent) -> None:
        if not isinstance(event, Started):
            raise RuntimeError("display broke")

    assert (await manager.run_turn(LANE, BOT, "hello", on_event=on_event)).text == "ok"

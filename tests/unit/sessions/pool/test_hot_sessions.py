"""Which clients are connected at once, and which has to go for another."""

import asyncio
from dataclasses import replace

from consumer.agent import Started, Tier, TurnEvent, Waiting
from consumer.sessions import SessionManager
from tests.bots import bot_with
from tests.fakes.agent import FakeAgents, Reply
from tests.unit.sessions.conftest import (
    BOT,
    LANE,
    OTHER,
    THIRD,
    Managers,
)


async def test_the_least_recently_used_goes_to_warm(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """Beyond the bound the oldest idle client is closed; its lane is resumed later."""
    for lane in (LANE, OTHER, LANE, THIRD):
        await manager.run_turn(lane, BOT, "hello")
    assert manager.stats().active_sessions == 2
    assert manager.stats().evicted == 1
    assert agents.connected == 2
    assert (await manager.run_turn(LANE, BOT, "again")).tier is Tier.HOT
    assert (await manager.run_turn(OTHER, BOT, "again")).tier is Tier.WARM


async def test_a_client_that_is_being_closed_keeps_its_place(
    managers: Managers, agents: FakeAgents
) -> None:
    """The bound holds at every moment: the next client starts when the evicted one is gone."""
    manager = await managers.start(max_hot=1)
    await manager.run_turn(LANE, BOT, "one")
    gate = agents.clients[0].close_gate = asyncio.Event()
    turn = asyncio.create_task(manager.run_turn(OTHER, BOT, "two"))
    while manager.stats().evicted == 0:
        await asyncio.sleep(0)
    for _ in range(100):  # as far as anything can go without the gate
        await asyncio.sleep(0)
    connected = agents.connected
    gate.set()
    assert connected == 1
    assert (await turn).text == "ok"


async def test_a_lane_is_resumed_when_its_old_client_is_gone(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """An evicted client writes its transcript to the end: two at it would lose the last turn."""
    for lane in (LANE, OTHER):
        await manager.run_turn(lane, BOT, "one")
    gate = agents.clients[0].close_gate = asyncio.Event()
    third = asyncio.create_task(manager.run_turn(THIRD, BOT, "one"))
    while manager.stats().evicted == 0:
        await asyncio.sleep(0)
    again = asyncio.create_task(manager.run_turn(LANE, BOT, "two"))
    for _ in range(100):  # as far as anything can go without the gate
        await asyncio.sleep(0)
    resumed = [client for client in agents.clients if client.options.resume]
    gate.set()
    assert resumed == []
    assert (await again).tier is Tier.WARM
    await third


async def test_when_all_are_busy_the_next_lane_waits_and_says_so(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """A busy session is never evicted; the third lane starts when one of the two has ended."""
    agents.enqueue(Reply(hang=True), Reply(hang=True))
    busy = [asyncio.create_task(manager.run_turn(lane, BOT, "x")) for lane in (LANE, OTHER)]
    while manager.stats().busy_sessions < 2:
        await asyncio.sleep(0)
    events: list[TurnEvent] = []
    waited = asyncio.Event()

    def on_event(event: TurnEvent) -> None:
        events.append(event)
        waited.set()

    third = asyncio.create_task(manager.run_turn(THIRD, BOT, "y", on_event=on_event))
    await waited.wait()
    assert events == [Waiting(busy=2)]
    assert agents.connected == 2
    busy[0].cancel()
    assert (await third).tier is Tier.COLD
    assert any(isinstance(event, Started) for event in events)
    busy[1].cancel()
    await asyncio.wait(busy)


async def test_connects_are_limited(managers: Managers, agents: FakeAgents) -> None:
    """No more than `max_connecting` clients start at once."""
    manager = await managers.start(max_hot=10, max_connecting=2)
    lanes = [replace(LANE, room_id=number) for number in range(6)]
    await asyncio.gather(*(manager.run_turn(lane, BOT, "x") for lane in lanes))
    assert agents.most_connecting == 2


async def test_a_session_is_recycled_after_its_turns(
    managers: Managers, agents: FakeAgents
) -> None:
    """A client that answered `session_max_turns` turns is closed and resumed."""
    manager = await managers.start(session_max_turns=2)
    tiers = [(await manager.run_turn(LANE, BOT, "x")).tier for _ in range(5)]
    assert tiers == [Tier.COLD, Tier.HOT, Tier.WARM, Tier.HOT, Tier.WARM]
    assert agents.connected == 1


async def test_a_changed_bot_is_used_from_the_next_turn(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """A new prompt of the bot resumes the conversation under it."""
    told = await manager.run_turn(LANE, BOT, "one")
    changed = bot_with(BOT, system_prompt="You help, briefly.")
    again = await manager.run_turn(LANE, changed, "two")
    assert again.tier is Tier.WARM
    assert agents.clients[1].options.bot == changed
    assert agents.prompts(told.session_id) == ["one", "two"]


async def test_a_lane_connected_ahead_is_hot(manager: SessionManager, agents: FakeAgents) -> None:
    """get_or_create_client ahead of the message leaves only the turn to do."""
    session = await manager.get_or_create_client(LANE, BOT)
    result = await manager.run_turn(LANE, BOT, "hello")
    assert (result.tier, result.pid) == (Tier.HOT, session.pid)

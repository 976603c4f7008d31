"""Conversations resumed before they are asked for, after a start."""

import asyncio

from consumer.agent import Tier
from shared.lane import Lane
from tests.fakes.agent import FakeAgents, Reply
from tests.unit.sessions.conftest import BOT, LANE, OTHER, THIRD, FakeClock, Managers

BOTS = {BOT.id: BOT}


async def test_after_a_restart_the_lanes_used_lately_are_hot(
    managers: Managers, agents: FakeAgents, clock: FakeClock
) -> None:
    """The newest of the last hour, up to half the bound; what they said goes on."""
    first = await managers.start(max_hot=4)
    await first.run_turn(LANE, BOT, "long ago")
    clock.forward(hours=2)
    told = await first.run_turn(OTHER, BOT, "one")
    await first.run_turn(THIRD, BOT, "one")
    await first.shutdown_all()
    again = await managers.start(max_hot=4)
    await again.prewarm(BOTS)
    assert again.stats().active_sessions == 2
    result = await again.run_turn(OTHER, BOT, "two")
    assert (result.tier, result.session_id) == (Tier.HOT, told.session_id)
    assert agents.prompts(told.session_id) == ["one", "two"]
    assert (await again.run_turn(LANE, BOT, "two")).tier is Tier.WARM


async def test_twenty_lanes_are_ready_after_a_restart_where_there_is_room(
    managers: Managers,
) -> None:
    """Of more that were used lately; a start is not to take all of a machine's memory."""
    first = await managers.start(max_hot=50)
    for room in range(22):
        await first.run_turn(Lane(room, BOT.id), BOT, "one")
    await first.shutdown_all()
    again = await managers.start(max_hot=50)
    await again.prewarm(BOTS)
    assert again.stats().active_sessions == 20


async def test_a_message_that_comes_meanwhile_waits_for_the_same_client(
    managers: Managers, agents: FakeAgents
) -> None:
    """One resume, not two: the turn takes the client that is connecting already."""
    again = await managers.restart()
    ahead = asyncio.create_task(again.prewarm(BOTS))
    gate = await agents.connect_halfway()
    turn = asyncio.create_task(again.run_turn(LANE, BOT, "two"))
    gate.set()
    assert (await turn).tier is Tier.HOT
    await ahead
    assert len(agents.clients) == 2


async def test_what_cannot_be_resumed_ahead_is_left_to_its_message(
    managers: Managers, agents: FakeAgents
) -> None:
    """A lost transcript costs the start nothing; the message gets its one fresh answer."""
    again = await managers.restart()
    agents.conversations.clear()
    await again.prewarm(BOTS)
    assert again.stats().active_sessions == 0
    assert (await again.run_turn(LANE, BOT, "two")).tier is Tier.COLD


async def test_a_lane_whose_message_waits_is_resumed_before_its_turn(
    managers: Managers, agents: FakeAgents
) -> None:
    """Its turn then meets a hot session; a lane that is new, or no bot's, costs nothing."""
    again = await managers.restart()
    await again.get_ready([Lane(9, "nobody"), THIRD, LANE], BOTS)
    assert again.stats().active_sessions == 1
    assert (await again.run_turn(LANE, BOT, "two")).tier is Tier.HOT


async def test_an_idle_session_goes_for_one_that_waits_but_none_that_waits_itself(
    managers: Managers, agents: FakeAgents
) -> None:
    """Within the bound, the least recently used goes; among those who wait nobody does."""
    manager = await managers.start(max_hot=2)
    for lane in (LANE, OTHER, THIRD):
        await manager.run_turn(lane, BOT, "one")
    await manager.get_ready([THIRD, LANE], BOTS)
    assert agents.connected == 2
    await manager.get_ready([THIRD, LANE, OTHER], BOTS)
    assert (await manager.run_turn(THIRD, BOT, "two")).tier is Tier.HOT
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.HOT
    assert (await manager.run_turn(OTHER, BOT, "two")).tier is Tier.WARM


async def test_no_session_at_work_goes_for_one_that_waits(
    managers: Managers, agents: FakeAgents
) -> None:
    """Where all are busy nothing is resumed, and nothing waits."""
    manager = await managers.start(max_hot=1)
    await manager.run_turn(OTHER, BOT, "one")
    agents.enqueue(Reply(hang=True))
    agents.asked.clear()
    busy = asyncio.create_task(manager.run_turn(LANE, BOT, "one"))
    await agents.asked.wait()
    await manager.get_ready([OTHER], BOTS)
    assert manager.stats().busy_sessions == agents.connected == 1
    assert not busy.done()
    busy.cancel()
    await asyncio.wait({busy})


async def test_a_turn_goes_before_what_is_resumed_ahead(
    managers: Managers, agents: FakeAgents
) -> None:
    """While a client of a turn connects, or a turn waits for room, no other one is started."""
    manager = await managers.restart(max_hot=4)
    turn = asyncio.create_task(manager.run_turn(OTHER, BOT, "one"))
    gate = await agents.connect_halfway()
    await manager.get_ready([LANE], BOTS)
    assert agents.most_connecting == 1
    gate.set()
    assert (await turn).text == "ok"


async def test_what_waits_and_cannot_be_resumed_is_tried_once(
    managers: Managers, agents: FakeAgents
) -> None:
    """Every look would start a client for nothing; its own turn begins anew."""
    manager = await managers.restart()
    agents.conversations.clear()
    for _ in range(3):
        await manager.get_ready([LANE], BOTS)
    assert len(agents.clients) == 2
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.COLD


async def test_a_session_past_its_time_is_not_resumed(
    managers: Managers, agents: FakeAgents, clock: FakeClock
) -> None:
    """It is forgotten with its lane's next turn, so nobody needs it."""
    manager = await managers.restart()
    clock.forward(hours=25)
    await manager.get_ready([LANE], BOTS)
    assert agents.connected == 0

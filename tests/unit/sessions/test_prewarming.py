"""Conversations resumed before they are asked for, after a start."""

import asyncio

from consumer.sessions import Tier
from tests.fakes.agent import FakeAgents
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
    assert again.stats()["active_sessions"] == 2
    result = await again.run_turn(OTHER, BOT, "two")
    assert (result.tier, result.session_id) == (Tier.HOT, told.session_id)
    assert agents.prompts(told.session_id) == ["one", "two"]
    assert (await again.run_turn(LANE, BOT, "two")).tier is Tier.WARM


async def test_a_message_that_comes_meanwhile_waits_for_the_same_client(
    managers: Managers, agents: FakeAgents
) -> None:
    """One resume, not two: the turn takes the client that is connecting already."""
    first = await managers.start()
    await first.run_turn(LANE, BOT, "one")
    await first.shutdown_all()
    again = await managers.start()
    agents.connect_gate = asyncio.Event()
    ahead = asyncio.create_task(again.prewarm(BOTS))
    while agents.connecting == 0:
        await asyncio.sleep(0)
    turn = asyncio.create_task(again.run_turn(LANE, BOT, "two"))
    agents.connect_gate.set()
    assert (await turn).tier is Tier.HOT
    await ahead
    assert len(agents.clients) == 2


async def test_what_cannot_be_resumed_ahead_is_left_to_its_message(
    managers: Managers, agents: FakeAgents
) -> None:
    """A lost transcript costs the start nothing; the message gets its one fresh answer."""
    first = await managers.start()
    await first.run_turn(LANE, BOT, "one")
    await first.shutdown_all()
    agents.conversations.clear()
    again = await managers.start()
    await again.prewarm(BOTS)
    assert again.stats()["active_sessions"] == 0
    assert (await again.run_turn(LANE, BOT, "two")).tier is Tier.COLD

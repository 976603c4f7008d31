"""Two consumers with the same records: whose conversation is open where, and who lets it go."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from consumer.agent import SessionSettings, Tier
from consumer.agent.errors import ShuttingDown, Superseded
from consumer.archive.disk_records import DiskRecords
from consumer.sessions import SessionManager
from shared.between_processes.commands import Reset
from shared.lane import Lane
from tests.fakes.agent import FakeAgents, Reply
from tests.fakes.homes import FakeHomes
from tests.unit.sessions.conftest import BOT, LANE, OTHER, THIRD, FakeClock

BOTS = {BOT.id: BOT}


@dataclass
class Two:
    """Members `a`, the first one, and `b`."""

    a: SessionManager
    b: SessionManager
    homes_a: FakeHomes
    homes_b: FakeHomes

    async def turn(self, manager: SessionManager, lane: Lane, prompt: str = "one") -> Tier:
        """A claimed message's turn, as claim.lua would have it: the claimer is the home."""
        homes = self.homes_a if manager is self.a else self.homes_b
        assert await homes.take(lane), "claim.lua gives it to its home alone"
        homes.running.add(lane)
        try:
            return (await manager.run_turn(lane, BOT, prompt)).tier
        finally:
            homes.running.discard(lane)
            manager.departures.settled(lane)


@pytest.fixture
async def two(
    settings: SessionSettings, agents: FakeAgents, clock: FakeClock, tmp_path: Path
) -> AsyncIterator[Two]:
    shared: dict[Lane, str] = {}
    homes = FakeHomes("a", shared), FakeHomes("b", shared)
    a, b = (
        SessionManager(
            replace(settings, data_dir=tmp_path / mine.name, max_hot=4),
            records=DiskRecords(tmp_path / "records"),
            make_client=agents,
            member=mine.name,
            homes=mine,
            is_first=lambda mine=mine: mine.name == "a",  # type: ignore[misc]
            clock=clock,
        )
        for mine in homes
    )
    async with a, b:
        yield Two(a, b, *homes)
    assert shared == {}, "whoever ends is no lane's home"


async def until(holds: Callable[[], bool]) -> None:
    """Wait for it; what reads and writes records does so in threads."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.001)


async def settle() -> None:
    """As far as anything can go by itself."""
    for _ in range(100):
        await asyncio.sleep(0)


async def test_a_lane_is_let_go_when_its_process_has_ended_and_no_sooner(
    two: Two, agents: FakeAgents
) -> None:
    """Another would resume the conversation while the old process still writes to it."""
    await two.turn(two.a, LANE)
    gate = agents.clients[0].close_gate = asyncio.Event()
    two.a.departures.send_away(LANE)
    await settle()
    assert two.homes_a.let_gone == []
    gate.set()
    await settle()
    assert two.homes_a.let_gone == [LANE]
    assert await two.turn(two.b, LANE, "two") is Tier.WARM


async def test_one_that_died_or_was_evicted_lets_its_lane_go(two: Two, agents: FakeAgents) -> None:
    """Nobody has to ask for a lane that nothing here is open for."""
    for lane in (LANE, OTHER, THIRD, Lane(4, BOT.id), Lane(5, BOT.id)):
        await two.turn(two.a, lane)
    await settle()
    assert two.homes_a.let_gone == [LANE]


async def test_a_turn_that_runs_keeps_its_lane_until_it_ends(two: Two, agents: FakeAgents) -> None:
    """Asked for meanwhile, the client ends behind the turn."""
    agents.enqueue(Reply(hang=True))
    turn = asyncio.create_task(two.turn(two.a, LANE))
    await agents.asked.wait()
    two.a.departures.send_away(LANE)
    await settle()
    assert (agents.connected, two.homes_a.let_gone) == (1, [])
    await agents.clients[0].interrupt()
    await asyncio.wait([turn])
    await until(lambda: two.homes_a.let_gone == [LANE])
    assert (agents.connected, turn.exception() is None) == (0, False)


async def test_a_lane_is_let_go_behind_its_answer(two: Two, agents: FakeAgents) -> None:
    """While a message is being posted Redis refuses; its end is told to the sessions too."""
    await two.turn(two.a, LANE)
    two.homes_a.running.add(LANE)  # its answer is on its way
    two.a.departures.send_away(LANE)
    await settle()
    assert (agents.connected, two.homes_a.let_gone) == (0, [])
    two.homes_a.running.remove(LANE)
    two.a.departures.settled(LANE)
    await settle()
    assert two.homes_a.let_gone == [LANE]


async def test_a_lane_that_is_forgotten_while_it_is_let_go_keeps_what_comes_next(
    two: Two, agents: FakeAgents
) -> None:
    """And nobody opens it before Redis has heard that it was free."""
    await two.turn(two.a, LANE)
    hears = two.homes_a.hears = asyncio.Event()
    two.a.departures.send_away(LANE)
    await settle()
    forgotten = asyncio.create_task(two.a.forget(LANE))
    again = asyncio.create_task(two.turn(two.a, LANE, "new"))
    await settle()
    assert len(agents.clients) == 1
    hears.set()
    await forgotten
    assert await again is Tier.COLD
    assert await two.turn(two.a, LANE, "next") is Tier.HOT


async def test_who_leaves_closes_idle_clients_at_once_and_others_behind_their_turn(
    two: Two, agents: FakeAgents
) -> None:
    """Lanes go on elsewhere while the last turns here run."""
    await two.turn(two.a, LANE)
    agents.enqueue(Reply(hang=True))
    agents.asked.clear()
    turn = asyncio.create_task(two.turn(two.a, OTHER))
    await agents.asked.wait()
    two.a.departures.leave()
    await settle()
    assert two.homes_a.let_gone == [LANE]
    assert agents.connected == 1
    await agents.clients[1].interrupt()
    await asyncio.wait([turn])
    await until(lambda: two.homes_a.let_gone == [LANE, OTHER])
    assert (agents.connected, turn.exception() is None) == (0, False)


async def test_a_client_of_a_lane_that_moved_is_never_asked_again(
    two: Two, agents: FakeAgents
) -> None:
    """It stood still while another answered, and knows nothing of that."""
    await two.turn(two.a, LANE)
    two.homes_b.homes[LANE] = "b"  # a's lease lapsed
    await two.turn(two.b, LANE, "two")
    two.b.departures.send_away(LANE)
    await settle()
    two.a.departures.moved(LANE)
    assert await two.turn(two.a, LANE, "three") is Tier.WARM
    assert agents.prompts(agents.clients[-1].session_id) == ["one", "two", "three"]


async def test_a_turn_that_runs_in_a_lane_that_moved_is_ended(two: Two, agents: FakeAgents) -> None:
    """Its message was claimed by another meanwhile; the conversation must not be open twice."""
    agents.enqueue(Reply(hang=True))
    stale = asyncio.create_task(two.a.run_turn(LANE, BOT, "one"))
    await agents.asked.wait()
    two.a.departures.moved(LANE)
    with pytest.raises(ShuttingDown):
        await stale
    assert await two.turn(two.a, LANE, "two") is Tier.COLD


async def test_one_that_others_found_dead_opens_nothing(
    two: Two, agents: FakeAgents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It thaws in the turn of a message that is another's by now: the record is that one's too."""

    async def superseded(*_: object) -> int:
        raise Superseded

    monkeypatch.setattr(DiskRecords, "own", superseded)
    with pytest.raises(ShuttingDown):
        await two.turn(two.a, LANE)
    assert agents.clients == []


async def test_what_was_opened_ahead_before_the_lane_moved_is_not_used(
    two: Two, agents: FakeAgents
) -> None:
    """It was resumed before the other one's turns."""
    await two.turn(two.a, LANE)
    two.a.departures.send_away(LANE)
    await settle()
    ahead = asyncio.create_task(two.a.prewarm(BOTS))
    gate = await agents.connect_halfway()
    two.a.departures.moved(LANE)
    gate.set()
    await ahead
    assert await two.turn(two.a, LANE, "two") is Tier.WARM
    assert len(agents.clients) == 3


async def test_prewarming_leaves_others_lanes_alone_and_takes_its_own_first(
    two: Two, agents: FakeAgents
) -> None:
    """What has no home is the first member's; its home has what is somebody's."""
    for lane in (LANE, OTHER, THIRD):
        await two.turn(two.a, lane)
    for lane in (LANE, OTHER):
        two.a.departures.send_away(lane)
    await settle()
    agents.clients.clear()
    await two.homes_b.take(OTHER)  # before b was started again
    await two.b.prewarm(BOTS)
    assert [client.options.folder.name for client in agents.clients] == ["2_assistant"]


async def test_the_first_member_alone_prewarms_what_has_no_home(
    two: Two, agents: FakeAgents
) -> None:
    """Else each would open as many as it may, and one of each lane's would do."""
    await two.turn(two.b, LANE)
    await two.turn(two.b, OTHER)
    await two.turn(two.b, THIRD)
    two.b.departures.send_away(LANE)
    two.b.departures.send_away(OTHER)
    await settle()
    agents.clients.clear()
    await two.b.prewarm(BOTS)
    assert agents.clients == []
    await two.a.prewarm(BOTS)
    assert len(agents.clients) == 2
    assert two.homes_a.homes == {LANE: "a", OTHER: "a", THIRD: "b"}


async def test_a_lane_is_got_ready_only_where_nobody_else_has_it(
    two: Two, agents: FakeAgents
) -> None:
    """Its message will be claimed by its home."""
    await two.turn(two.b, LANE)
    await two.a.get_ready([LANE], BOTS)
    assert two.a.stats().active_sessions == 0
    two.b.departures.send_away(LANE)
    await settle()
    await two.a.get_ready([LANE], BOTS)
    assert two.a.stats().active_sessions == 1


async def test_clean_up_forgets_what_is_its_own_and_by_the_first_what_is_nobodys(
    two: Two, clock: FakeClock
) -> None:
    """A lane is expired by whoever would know that it is being used."""
    for lane in (LANE, OTHER, THIRD):
        await two.turn(two.b, lane)
    two.b.departures.send_away(THIRD)
    await settle()
    await two.turn(two.a, Lane(4, BOT.id))
    clock.forward(hours=100)
    assert await two.b.cleanup_inactive_sessions() == 2
    assert await two.a.cleanup_inactive_sessions() == 2


async def test_a_reset_of_all_is_done_by_each_for_its_own(two: Two) -> None:
    """Every member hears it; together they forget every lane once."""
    for manager, lane in ((two.a, LANE), (two.b, OTHER), (two.b, THIRD)):
        await two.turn(manager, lane)
    two.b.departures.send_away(THIRD)
    await settle()
    assert await two.b.remove_sessions(forget=True) == 1
    assert await two.a.remove_sessions(forget=True) == 2
    await two.a.reset(Reset(all=True))
    for lane in (LANE, OTHER, THIRD):
        assert (await two.a.account(lane)).tier is Tier.COLD


async def test_homes_that_nothing_needs_are_let_go_by_and_by(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that was claimed and never came to an agent leaves a home behind."""
    monkeypatch.setattr("consumer.sessions.pool.departures.EVERY_S", 0)
    await two.turn(two.a, LANE)
    await two.homes_a.take(OTHER)
    looking = asyncio.create_task(two.a.departures.run())
    await settle()
    looking.cancel()
    assert two.homes_a.let_gone == [OTHER]


async def test_an_idle_client_beside_another_home_ends_by_and_by(
    two: Two, agents: FakeAgents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failover lost who had opened the conversation last: nobody else would tell of it."""
    monkeypatch.setattr("consumer.sessions.pool.departures.EVERY_S", 0)
    await two.turn(two.a, LANE)
    await two.turn(two.a, OTHER)
    two.homes_a.homes[LANE] = "b"
    await two.turn(two.b, LANE, "two")
    looking = asyncio.create_task(two.a.departures.run())
    await until(lambda: agents.connected == 2)
    looking.cancel()
    assert await two.turn(two.a, OTHER, "two") is Tier.HOT
    assert await two.turn(two.b, LANE, "three") is Tier.HOT


async def test_a_turn_beside_another_home_is_left_to_its_end(
    two: Two, agents: FakeAgents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lane may have come here since the homes were read."""
    monkeypatch.setattr("consumer.sessions.pool.departures.EVERY_S", 0)
    agents.enqueue(Reply(hang=True))
    turn = asyncio.create_task(two.turn(two.a, LANE))
    await agents.asked.wait()
    two.homes_a.homes[LANE] = "b"
    looking = asyncio.create_task(two.a.departures.run())
    await settle()
    assert agents.connected == 1
    two.homes_a.homes[LANE] = "a"
    looking.cancel()
    await agents.clients[0].interrupt()
    await asyncio.wait([turn])

"""The session manager over scripted agents: its lanes, its clean-up, its end, what it tells."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from consumer.agent import ShuttingDown, Tier
from consumer.agent.time_to_live import TimeToLive
from consumer.sessions import SessionManager
from shared.between_processes.commands import Reset
from shared.lane import Lane
from tests.bots import bot_with
from tests.fakes.agent import FakeAgents, Reply
from tests.unit.sessions.conftest import (
    BOT,
    LANE,
    OTHER,
    THIRD,
    FakeClock,
    Managers,
    record_file,
)


async def test_session_creation(
    manager: SessionManager, agents: FakeAgents, tmp_path: Path
) -> None:
    """The first message of a lane connects a client and puts its session on record."""
    result = await manager.run_turn(LANE, BOT, "hello")
    assert result.tier is Tier.COLD
    assert not agents.clients[0].options.resume
    on_record = json.loads(record_file(tmp_path).read_text())
    assert on_record["session_id"] == result.session_id
    assert (on_record["room_id"], on_record["bot_id"]) == (1, "assistant")
    assert on_record["turns"] == 1


async def test_session_reuse(manager: SessionManager, agents: FakeAgents) -> None:
    """The second message of a lane uses the connected client again, without a resume."""
    first = await manager.run_turn(LANE, BOT, "one")
    second = await manager.run_turn(LANE, BOT, "two")
    assert second.tier is Tier.HOT
    assert second.pid == first.pid
    assert len(agents.clients) == 1
    assert agents.prompts(first.session_id) == ["one", "two"]


async def test_session_cleanup(
    manager: SessionManager, agents: FakeAgents, clock: FakeClock, tmp_path: Path
) -> None:
    """After the TTL the clean-up closes the client and deletes the record, not before."""
    await manager.run_turn(LANE, BOT, "one")
    clock.forward(hours=23)
    assert await manager.cleanup_inactive_sessions() == 0
    clock.forward(hours=2)
    assert await manager.cleanup_inactive_sessions() == 1
    assert agents.connected == 0
    assert not record_file(tmp_path).exists()
    assert (await manager.run_turn(LANE, BOT, "two")).tier is Tier.COLD


async def test_cleanup_spares_a_session_at_work(
    manager: SessionManager, agents: FakeAgents, clock: FakeClock
) -> None:
    """A turn that runs longer than the TTL keeps its session."""
    await manager.run_turn(LANE, BOT, "one")
    agents.enqueue(Reply(hang=True))
    agents.asked.clear()
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "two"))
    await agents.asked.wait()
    clock.forward(hours=48)
    assert await manager.cleanup_inactive_sessions() == 0
    assert agents.connected == 1
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn


async def test_concurrent_access(manager: SessionManager, agents: FakeAgents) -> None:
    """Ten calls for one lane at once share one client and run one at a time, in order."""
    results = await asyncio.gather(
        *(manager.run_turn(LANE, BOT, f"message {number}") for number in range(10))
    )
    assert len(agents.clients) == 1
    expected = [f"message {number}" for number in range(10)]
    assert agents.prompts(results[0].session_id) == expected


async def test_two_lanes_run_side_by_side(manager: SessionManager, agents: FakeAgents) -> None:
    """A lane that hangs does not delay another one."""
    agents.enqueue(Reply(hang=True))
    slow = asyncio.create_task(manager.run_turn(LANE, BOT, "slow"))
    await agents.asked.wait()
    assert (await manager.run_turn(OTHER, BOT, "quick")).text == "ok"
    assert not slow.done()
    slow.cancel()
    await asyncio.wait({slow})


async def test_shutdown_gives_turns_their_grace_then_hands_them_back(
    manager: SessionManager, agents: FakeAgents, tmp_path: Path
) -> None:
    """A turn that outlives the grace fails retryably; records stay; new turns are refused."""
    await manager.run_turn(OTHER, BOT, "one")
    agents.enqueue(Reply(hang=True))
    agents.asked.clear()
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "one"))
    await agents.asked.wait()
    await manager.shutdown_all(grace=0.05)
    with pytest.raises(ShuttingDown) as failure:
        await turn
    assert failure.value.retryable
    assert agents.connected == 0
    assert (tmp_path / "session_cache" / "session_2_assistant.json").exists()
    with pytest.raises(ShuttingDown):
        await manager.run_turn(LANE, BOT, "two")
    await manager.shutdown_all()


async def test_costs_are_differences(manager: SessionManager, tmp_path: Path) -> None:
    """The agent's cost is cumulative; a turn's is what it added."""
    costs = [(await manager.run_turn(LANE, BOT, "x")).cost for _ in range(3)]
    assert costs == [0.5, 0.5, 0.5]
    assert json.loads(record_file(tmp_path).read_text())["cost_usd"] == 1.5
    assert manager.stats().cost_usd == 1.5


async def test_stats_name_the_session_and_hold_no_text(manager: SessionManager) -> None:
    """The statistics have the seed's fields, are plain JSON, and hold nothing anybody said."""
    result = await manager.run_turn(LANE, BOT, "secret words")
    stats = manager.stats()
    (session,) = stats.sessions
    assert session.room_id == 1
    assert session.bot_id == "assistant"
    assert session.session_id == result.session_id
    assert session.query_count == 1
    assert session.connected is True
    assert session.age_seconds == 0
    assert session.cost_usd == 0.5
    assert stats.active_sessions == 1
    assert "secret" not in stats.wire()


async def test_stats_list_what_is_on_record_too(manager: SessionManager, clock: FakeClock) -> None:
    """An evicted session is warm: listed with its turns, age and cost, without a process."""
    for lane in (LANE, OTHER, THIRD):
        await manager.run_turn(lane, BOT, "one")
    clock.forward(hours=1)
    stats = manager.stats()
    assert (stats.active_sessions, stats.warm_sessions) == (2, 1)
    warm = stats.sessions[-1]
    assert (warm.room_id, warm.tier, warm.connected, warm.pid) == (
        1, "warm", False, None,
    )  # fmt: skip
    assert (warm.turns, warm.cost_usd, warm.age_seconds) == (1, 0.5, 3600)


async def test_a_reset_word_without_a_room_a_bot_or_all_is_refused(
    manager: SessionManager,
) -> None:
    """A slip never means all; each of the three is obeyed."""
    for lane in (LANE, OTHER):
        await manager.run_turn(lane, BOT, "one")
    for slip in ({}, {"all": False}, {"room_id": None, "bot_id": None}):
        with pytest.raises(ValueError, match="room"):
            await manager.reset(Reset.model_validate(slip))
    assert manager.stats().active_sessions == 2
    await manager.reset(Reset(room_id=1, bot_id="assistant"))
    assert manager.stats().active_sessions == 1
    await manager.reset(Reset(all=True))
    assert manager.stats().active_sessions == 0


async def test_a_room_and_a_bot_may_have_a_ttl_of_their_own(
    managers: Managers, clock: FakeClock
) -> None:
    """The room's goes before the bot's, the bot's before the service's."""
    bots = {"quick": bot_with(BOT, id="quick", session_ttl_hours=1.0)}
    ttl = TimeToLive(24, {2: 72}, bots)
    assert ttl.longest() == timedelta(hours=72)
    manager = await managers.start(ttl=ttl, max_hot=4)
    lanes = [LANE, OTHER, Lane(1, "quick"), Lane(2, "quick")]
    for lane in lanes:
        await manager.run_turn(lane, bot_with(BOT, id=lane.bot_id), "one")
    kept = []
    for hours in (2, 23, 48):
        clock.forward(hours=hours)
        await manager.cleanup_inactive_sessions()
        kept.append({(s.room_id, s.bot_id) for s in manager.stats().sessions})
    assert kept[0] == {(1, "assistant"), (2, "assistant"), (2, "quick")}
    assert kept[1] == {(2, "assistant"), (2, "quick")}
    assert kept[2] == set()

"""The session manager over scripted agents: tiers, records, bounds, clean-up, concurrency."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from consumer.sessions import (
    AgentCrashed,
    AgentFailed,
    AgentTimedOut,
    AgentUnavailable,
    SessionManager,
    ShuttingDown,
    Started,
    Tier,
    TurnEvent,
    Waiting,
)
from consumer.sessions.archive.time_to_live import TimeToLive
from consumer.sessions.errors import SessionGone
from consumer.sessions.session.conversation import Memory
from shared.lane import Lane
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


async def test_after_a_restart_the_session_is_resumed_at_its_last_answer(
    managers: Managers, agents: FakeAgents
) -> None:
    """Warm: the record's session id and its last answered entry go into the new client."""
    first = await managers.start()
    told = await first.run_turn(LANE, BOT, "one")
    await first.shutdown_all()
    again = await (await managers.start()).run_turn(LANE, BOT, "two")
    assert again.tier is Tier.WARM
    assert agents.clients[1].options.resume
    assert agents.clients[1].options.session_id == told.session_id
    assert agents.clients[1].options.resume_at is not None
    assert agents.prompts(told.session_id) == ["one", "two"]


async def test_an_unknown_session_is_begun_anew_with_a_recap(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """A record that cannot be resumed: one answer, a recap in the prompt, the record kept aside."""
    first = await managers.start()
    await first.run_turn(LANE, BOT, "one")
    await first.shutdown_all()
    agents.conversations.clear()

    asked_as: list[Memory] = []

    async def brief(memory: Memory) -> str:
        asked_as.append(memory)
        return "Earlier in this room: one." if memory == "lost" else ""

    manager = await managers.start()
    result = await manager.run_turn(LANE, BOT, "two", brief=brief)
    assert result.tier is Tier.COLD
    assert agents.prompts(result.session_id) == ["Earlier in this room: one.\n\ntwo"]
    assert record_file(tmp_path).with_suffix(".unresumable").exists()
    await manager.run_turn(LANE, BOT, "three", brief=brief)
    assert agents.prompts(result.session_id)[1] == "three"
    await manager.run_turn(OTHER, BOT, "hello", brief=brief)
    assert asked_as == ["lost", "kept", "new"]


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


async def test_an_unknown_entry_is_resumed_plainly(managers: Managers, agents: FakeAgents) -> None:
    """A transcript that lost its last entry is resumed as it is."""
    first = await managers.start()
    told = await first.run_turn(LANE, BOT, "one")
    await first.shutdown_all()
    agents.conversations[told.session_id] = [("another entry", "one")]
    again = await (await managers.start()).run_turn(LANE, BOT, "two")
    assert again.tier is Tier.WARM
    assert agents.prompts(told.session_id) == ["one", "two"]


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


async def test_a_rerun_of_an_interrupted_turn_cuts_it_off(
    managers: Managers, agents: FakeAgents
) -> None:
    """It stays for whoever says "go on"; the message itself, run again, stands in it once."""
    manager = await managers.start(turn_timeout=0.05)
    told = await manager.run_turn(LANE, BOT, "one", job="1")
    agents.enqueue(Reply(hang=True))
    with pytest.raises(AgentTimedOut):
        await manager.run_turn(LANE, BOT, "two", job="2")
    again = await manager.run_turn(LANE, BOT, "two", job="2")
    assert again.tier is Tier.WARM
    assert agents.prompts(told.session_id) == ["one", "two"]


async def test_an_answer_that_got_lost_is_cut_off(managers: Managers, agents: FakeAgents) -> None:
    """A job that is run again though it was answered: the conversation holds it once, be the
    client still there or not."""
    manager = await managers.start()
    told = await manager.run_turn(LANE, BOT, "one", job="1")
    await manager.run_turn(LANE, BOT, "two", job="2")
    again = await manager.run_turn(LANE, BOT, "two", job="2")
    assert again.tier is Tier.WARM
    await manager.shutdown_all()
    manager = await managers.start()
    await manager.run_turn(LANE, BOT, "two", job="2")
    await manager.run_turn(LANE, BOT, "three", job="3")
    assert agents.prompts(told.session_id) == ["one", "two", "three"]
    assert manager.stats()["sessions"][0]["turns"] == 3


async def test_a_first_answer_that_got_lost_begins_anew(
    managers: Managers, agents: FakeAgents
) -> None:
    """There is nothing before it to resume at; nothing of it is kept."""
    manager = await managers.start()
    lost = await manager.run_turn(LANE, BOT, "one", job="1")
    again = await manager.run_turn(LANE, BOT, "one", job="1")
    assert (again.tier, again.session_id != lost.session_id) == (Tier.COLD, True)
    await manager.run_turn(LANE, BOT, "two", job="2")
    assert agents.prompts(again.session_id) == ["one", "two"]
    assert manager.stats()["sessions"][0]["turns"] == 2


async def test_a_record_without_an_entry_is_resumed_as_it_is(
    managers: Managers, agents: FakeAgents, tmp_path: Path
) -> None:
    """The seed's records have none: the conversation counts more than a question asked twice."""
    manager = await managers.start()
    told = await manager.run_turn(LANE, BOT, "one", job="1")
    await manager.shutdown_all()
    fields = json.loads(record_file(tmp_path).read_text())
    seeds = {name: fields[name] for name in list(fields)[:5]}
    record_file(tmp_path).write_text(json.dumps(seeds))
    manager = await managers.start()
    for _ in range(2):
        await manager.run_turn(LANE, BOT, "two", job="2")
    assert agents.prompts(told.session_id) == ["one", "two", "two"]


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


async def test_the_least_recently_used_goes_to_warm(
    manager: SessionManager, agents: FakeAgents
) -> None:
    """Beyond the bound the oldest idle client is closed; its lane is resumed later."""
    for lane in (LANE, OTHER, LANE, THIRD):
        await manager.run_turn(lane, BOT, "hello")
    assert manager.stats()["active_sessions"] == 2
    assert manager.stats()["evicted"] == 1
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
    while manager.stats()["evicted"] == 0:
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
    while manager.stats()["evicted"] == 0:
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
    while manager.stats()["busy_sessions"] < 2:
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
    changed = replace(BOT, system_prompt="You help, briefly.")
    again = await manager.run_turn(LANE, changed, "two")
    assert again.tier is Tier.WARM
    assert agents.clients[1].options.bot == changed
    assert agents.prompts(told.session_id) == ["one", "two"]


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
    assert manager.stats()["cost_usd"] == 1.5


async def test_stats_name_the_session_and_hold_no_text(manager: SessionManager) -> None:
    """The statistics have the seed's fields, are plain JSON, and hold nothing anybody said."""
    result = await manager.run_turn(LANE, BOT, "secret words")
    stats = manager.stats()
    (session,) = stats["sessions"]
    assert session["room_id"] == 1
    assert session["bot_id"] == "assistant"
    assert session["session_id"] == result.session_id
    assert session["query_count"] == 1
    assert session["connected"] is True
    assert session["age_seconds"] == 0
    assert session["cost_usd"] == 0.5
    assert stats["active_sessions"] == 1
    assert "secret" not in json.dumps(stats)


async def test_stats_list_what_is_on_record_too(manager: SessionManager, clock: FakeClock) -> None:
    """An evicted session is warm: listed with its turns, age and cost, without a process."""
    for lane in (LANE, OTHER, THIRD):
        await manager.run_turn(lane, BOT, "one")
    clock.forward(hours=1)
    stats = manager.stats()
    assert (stats["active_sessions"], stats["warm_sessions"]) == (2, 1)
    warm = stats["sessions"][-1]
    assert (warm["room_id"], warm["tier"], warm["connected"], warm["pid"]) == (
        1, "warm", False, None,
    )  # fmt: skip
    assert (warm["turns"], warm["cost_usd"], warm["age_seconds"]) == (1, 0.5, 3600)


async def test_update_session_id_is_what_the_next_resume_uses(
    managers: Managers, agents: FakeAgents
) -> None:
    """An id put on record from outside is resumed."""
    agents.conversations["abc-123"] = []
    manager = await managers.start()
    await manager.update_session_id(LANE, "abc-123")
    result = await manager.run_turn(LANE, BOT, "hello")
    assert (result.tier, result.session_id) == (Tier.WARM, "abc-123")


async def test_a_lane_connected_ahead_is_hot(manager: SessionManager, agents: FakeAgents) -> None:
    """get_or_create_client ahead of the message leaves only the turn to do."""
    session = await manager.get_or_create_client(LANE, BOT)
    result = await manager.run_turn(LANE, BOT, "hello")
    assert (result.tier, result.pid) == (Tier.HOT, session.pid)


async def test_a_fault_in_the_progress_display_does_not_cost_the_answer(
    manager: SessionManager,
) -> None:
    """An exception in `on_event` while the turn runs is logged; the turn goes on."""

    def on_event(event: TurnEvent) -> None:
        if not isinstance(event, Started):
            raise RuntimeError("display broke")

    assert (await manager.run_turn(LANE, BOT, "hello", on_event=on_event)).text == "ok"


async def test_a_reset_word_without_a_room_a_bot_or_all_is_refused(
    manager: SessionManager,
) -> None:
    """A slip never means all; each of the three is obeyed."""
    for lane in (LANE, OTHER):
        await manager.run_turn(lane, BOT, "one")
    for slip in ({}, {"all": False}, {"room_id": None, "bot_id": None}):
        with pytest.raises(ValueError, match="room"):
            await manager.reset(slip)
    assert manager.stats()["active_sessions"] == 2
    await manager.reset({"room_id": 1, "bot_id": "assistant"})
    assert manager.stats()["active_sessions"] == 1
    await manager.reset({"all": True})
    assert manager.stats()["active_sessions"] == 0


async def test_a_room_and_a_bot_may_have_a_ttl_of_their_own(
    managers: Managers, clock: FakeClock
) -> None:
    """The room's goes before the bot's, the bot's before the service's."""
    bots = {"quick": replace(BOT, id="quick", session_ttl_hours=1.0)}
    ttl = TimeToLive(24, {2: 72}, bots)
    assert ttl.longest() == timedelta(hours=72)
    manager = await managers.start(ttl=ttl, max_hot=4)
    lanes = [LANE, OTHER, Lane(1, "quick"), Lane(2, "quick")]
    for lane in lanes:
        await manager.run_turn(lane, replace(BOT, id=lane.bot_id), "one")
    kept = []
    for hours in (2, 23, 48):
        clock.forward(hours=hours)
        await manager.cleanup_inactive_sessions()
        kept.append({(s["room_id"], s["bot_id"]) for s in manager.stats()["sessions"]})
    assert kept[0] == {(1, "assistant"), (2, "assistant"), (2, "quick")}
    assert kept[1] == {(2, "assistant"), (2, "quick")}
    assert kept[2] == set()

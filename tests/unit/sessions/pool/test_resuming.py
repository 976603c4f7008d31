"""A lane goes on from its record: where it was left, or knowing that it knows nothing."""

import json
from pathlib import Path

import pytest

from consumer.agent import AgentTimedOut, Memory, Tier
from tests.fakes.agent import FakeAgents, Reply
from tests.unit.sessions.conftest import (
    BOT,
    LANE,
    OTHER,
    Managers,
    record_file,
)


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


async def test_an_unknown_entry_is_resumed_plainly(managers: Managers, agents: FakeAgents) -> None:
    """A transcript that lost its last entry is resumed as it is."""
    first = await managers.start()
    told = await first.run_turn(LANE, BOT, "one")
    await first.shutdown_all()
    agents.conversations[told.session_id] = [("another entry", "one")]
    again = await (await managers.start()).run_turn(LANE, BOT, "two")
    assert again.tier is Tier.WARM
    assert agents.prompts(told.session_id) == ["one", "two"]


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
    assert manager.stats().sessions[0].turns == 3


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
    assert manager.stats().sessions[0].turns == 2


async def test_a_first_answer_that_got_lost_was_paid_all_the_same(
    managers: Managers, agents: FakeAgents
) -> None:
    """The account holds what it cost beside what its message's second run did."""
    manager = await managers.start()
    costs = [(await manager.run_turn(LANE, BOT, "one", job="1")).cost for _ in range(2)]
    record = (await manager.account(LANE)).record
    assert record is not None
    assert record.turns == 1
    assert min(costs) > 0
    assert record.cost == pytest.approx(sum(costs))


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


async def test_update_session_id_is_what_the_next_resume_uses(
    managers: Managers, agents: FakeAgents
) -> None:
    """An id put on record from outside is resumed."""
    agents.conversations["abc-123"] = []
    manager = await managers.start()
    await manager.update_session_id(LANE, "abc-123")
    result = await manager.run_turn(LANE, BOT, "hello")
    assert (result.tier, result.session_id) == (Tier.WARM, "abc-123")

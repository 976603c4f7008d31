"""Every row of the SDK's failure table, with the real CLI."""

import asyncio

import pytest

from consumer.agent import (
    AgentCrashed,
    AgentOverloaded,
    AgentRejected,
    AgentTimedOut,
    AgentUnauthorized,
    AgentUnavailable,
    ModelRefused,
    RateLimited,
    Retrying,
    TextDelta,
    Tier,
    TurnEvent,
    TurnFailed,
)
from consumer.archive.disk_records import DiskRecords
from consumer.sessions import SessionManager
from sandbox.model.server import ModelServer
from tests.acceptance.environment import free_port
from tests.integration.sessions.conftest import BOT, LANE, StartManager, kill
from tests.patience import PATIENCE_S


class Watcher:
    """Collects the events of a turn and tells when text has begun to come."""

    def __init__(self) -> None:
        self.events: list[TurnEvent] = []
        self.text_came = asyncio.Event()

    def __call__(self, event: TurnEvent) -> None:
        self.events.append(event)
        if isinstance(event, TextDelta):
            self.text_came.set()


async def test_a_cli_killed_while_idle_costs_nobody_an_answer(
    manager: SessionManager, model: ModelServer
) -> None:
    """The next message is answered, warm, and the model sees both messages once."""
    first = await manager.run_turn(LANE, BOT, "one")
    kill(first.pid)
    second = await manager.run_turn(LANE, BOT, "two")
    assert second.tier is Tier.WARM
    assert model.recorder.requests[-1].conversation.said == ("one", "two")


async def test_a_cli_killed_in_the_turn_fails_it_and_the_rerun_asks_once(
    manager: SessionManager, model: ModelServer
) -> None:
    """kill -9 in the middle of an answer; run again, the question is in the request once."""
    first = await manager.run_turn(LANE, BOT, "one")
    watcher = Watcher()
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "slow 20; echo two", on_event=watcher))
    await wait_for_request(model, "slow 20; echo two")
    kill(first.pid)
    with pytest.raises(AgentCrashed):
        await turn
    model.recorder.clear()
    again = await manager.run_turn(LANE, BOT, "echo two")
    assert (again.text, again.tier) == ("two", Tier.WARM)
    assert model.recorder.requests[-1].conversation.said == ("one", "echo two")


async def test_a_cancelled_turn_never_shows_in_the_next(
    manager: SessionManager, model: ModelServer
) -> None:
    """Cancelled while text streams, the next turn is hot and gets its own answer."""
    first = await manager.run_turn(LANE, BOT, "one")
    watcher = Watcher()
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, "slow 20; long 4000", on_event=watcher))
    await wait_for_request(model, "slow 20; long 4000")
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    for word in ("two", "three"):
        result = await manager.run_turn(LANE, BOT, f"echo {word}")
        assert (result.text, result.tier, result.pid) == (word, Tier.HOT, first.pid)


async def test_a_turn_past_its_deadline_is_told_and_the_next_one_works(
    start_manager: StartManager,
) -> None:
    """A model that never answers ends in AgentTimedOut, the same client goes on."""
    manager = await start_manager(turn_timeout=1.0)
    with pytest.raises(AgentTimedOut):
        await manager.run_turn(LANE, BOT, "hang")
    assert (await manager.run_turn(LANE, BOT, "echo here")).text == "here"


@pytest.mark.short_form("reset")
@pytest.mark.parametrize(
    ("words", "error", "status"),
    [
        ("error 400", AgentRejected, 400),
        ("error 401", AgentUnauthorized, 401),
        ("error 429", RateLimited, 429),
        ("error 529", AgentOverloaded, 529),
        ("error 500", AgentUnavailable, 500),
        ("reset", AgentUnavailable, None),
        ("refused", ModelRefused, None),
    ],
)
async def test_an_error_of_the_api_is_typed_and_never_posted(
    manager: SessionManager, words: str, error: type[TurnFailed], status: int | None
) -> None:
    """Each error is classified, its sentence is ours, and the next message is answered."""
    with pytest.raises(error) as failure:
        await manager.run_turn(LANE, BOT, words)
    assert failure.value.status == status
    assert (await manager.run_turn(LANE, BOT, "echo here")).text == "here"


@pytest.mark.long
async def test_an_api_that_nobody_serves_is_told(start_manager: StartManager) -> None:
    """Refused connections end in AgentUnavailable, within the CLI's few retries."""
    manager = await start_manager(base_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(AgentUnavailable) as failure:
        await manager.run_turn(LANE, BOT, "hello")
    assert failure.value.status is None


@pytest.mark.long
async def test_a_silent_api_is_given_up_before_the_turns_deadline(
    start_manager: StartManager,
) -> None:
    """A request that gets no answer ends by itself (API_TIMEOUT_MS); the lane goes on."""
    manager = await start_manager(turn_timeout=18.0, api_retries=0)
    with pytest.raises(AgentUnavailable):
        await manager.run_turn(LANE, BOT, "hang")
    assert (await manager.run_turn(LANE, BOT, "echo here")).text == "here"


async def test_retries_are_told_and_end_well(manager: SessionManager) -> None:
    """An overloaded model that recovers: the retry is an event, the answer comes."""
    watcher = Watcher()
    result = await manager.run_turn(LANE, BOT, "error 529 once", on_event=watcher)
    assert "stand-in" in result.text
    retries = [event for event in watcher.events if isinstance(event, Retrying)]
    assert [retry.status for retry in retries] == [529]


async def test_a_stream_that_breaks_is_answered_whole(manager: SessionManager) -> None:
    """The CLI asks again; the half answer is not part of the text."""
    result = await manager.run_turn(LANE, BOT, "cut; long 3000")
    assert len(result.text) == 3000


async def test_an_unknown_session_id_is_one_fresh_answer(
    manager: SessionManager, model: ModelServer
) -> None:
    """A record that points nowhere costs nothing but the memory; the room sees one answer."""
    await manager.update_session_id(LANE, "7c4e7c4e-0000-4000-8000-000000000000")
    result = await manager.run_turn(LANE, BOT, "hello")
    assert result.tier is Tier.COLD
    assert model.recorder.total == 1
    assert (await manager.run_turn(LANE, BOT, "again")).tier is Tier.HOT


@pytest.mark.short_form("garbage")
@pytest.mark.parametrize("damage", ["gone", "garbage", "cut"])
async def test_a_damaged_transcript_is_one_answer(
    start_manager: StartManager, model: ModelServer, damage: str
) -> None:
    """A transcript that is gone, overwritten or cut short still ends in one answer."""
    before = await start_manager()
    await before.run_turn(LANE, BOT, "one")
    told = await before.run_turn(LANE, BOT, "two")
    await before.shutdown_all()
    (file,) = before._settings.claude_dir.glob(f"projects/*/{told.session_id}.jsonl")
    if damage == "gone":
        file.unlink()
    elif damage == "garbage":
        file.write_bytes(b"\x00\xff not json\n" * 50)
    else:
        file.write_bytes(file.read_bytes()[:-200])
    after = await start_manager()
    result = await after.run_turn(LANE, BOT, "echo three")
    assert result.text == "three"
    assert model.recorder.requests[-1].conversation.last == "echo three"


async def test_the_record_holds_what_the_next_resume_needs(manager: SessionManager) -> None:
    """After each answer the record has the id, the entry to resume at, and the cost so far."""
    results = [await manager.run_turn(LANE, BOT, "hello") for _ in range(3)]
    record = await DiskRecords(manager._settings.records_dir).load(LANE)
    assert record is not None
    assert record.session_id == results[-1].session_id
    assert record.last_entry
    assert record.turns == 3
    assert record.cost == pytest.approx(sum(result.cost for result in results))
    assert all(result.cost > 0 for result in results)


async def wait_for_request(model: ModelServer, text: str) -> None:
    """Poll until the model has been sent `text`: it has no signal a test could await."""
    async with asyncio.timeout(PATIENCE_S):
        while not any(request.conversation.last == text for request in model.recorder.requests):
            await asyncio.sleep(0.01)

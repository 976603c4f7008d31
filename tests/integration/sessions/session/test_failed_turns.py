"""What a failed turn leaves in the conversation, for every way to fail, hot and after a restart.

With the real CLI: what counts is what the next request to the model holds.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from consumer.agent import Tier, TurnFailed
from consumer.sessions import SessionManager
from shared.bots import Bot
from tests.integration.sessions.conftest import LANE, StartManager, kill
from tests.integration.sessions.scripted_model import (
    Hangs,
    Resets,
    ScriptedModel,
    Step,
    api_error,
    calls,
    says,
)
from tests.patience import PATIENCE_S

BOT = Bot(id="assistant", name="A", system_prompt="You help.", tools=("Read", "Write"), max_turns=3)
STALE = "delete the staging database"
INTERRUPTED = "[Request interrupted by user]"
NOTE = "[tools: an earlier request here got no answer and is not in this conversation; "
WROTE = f"{NOTE}what ran in it was not undone: Write]"

Deed = Callable[[SessionManager, "asyncio.Task[object]"], Awaitable[None]]


async def stop(manager: SessionManager, turn: "asyncio.Task[object]") -> None:
    """As the word `stop` does."""
    turn.cancel()


async def crash(manager: SessionManager, turn: "asyncio.Task[object]") -> None:
    """kill -9 the CLI."""
    (session,) = manager.stats().sessions
    kill(session.pid)


async def shut_down(manager: SessionManager, turn: "asyncio.Task[object]") -> None:
    """As a deploy does, when the grace is over."""
    (session,) = list(manager._pool.hot)
    session.shut_down_turn()


@dataclass(frozen=True)
class Case:
    """A way to fail: what the model does after a tool ran, and what somebody does then."""

    steps: tuple[Step, ...]
    deed: Deed | None = None
    kept: bool = False
    note: str = ""
    """What the CLI tells the model of a turn that stays."""


WRITE = calls("I write.", "Write", file_path="f.txt", content="x")
CASES = {
    "turn limit": Case((WRITE, WRITE), kept=True),
    "time-out": Case((Hangs(),), kept=True, note=INTERRUPTED),
    "stop": Case((Hangs(),), stop, kept=True, note=INTERRUPTED),
    "400": Case((api_error(400, "invalid_request_error", "messages.1: bad"),) * 9),
    "401": Case((api_error(401, "authentication_error", "invalid x-api-key"),) * 9),
    "402": Case((api_error(402, "billing_error", "no money"),) * 9),
    "403": Case((api_error(403, "permission_error", "not allowed"),) * 9),
    "404": Case((api_error(404, "not_found_error", "model: claude-x"),) * 9),
    "413": Case((api_error(413, "request_too_large", "Request exceeds the maximum size"),) * 9),
    "429": Case((api_error(429, "rate_limit_error", "too many"),) * 9),
    "500": Case((api_error(500, "api_error", "Internal server error"),) * 9),
    "529": Case((api_error(529, "overloaded_error", "Overloaded"),) * 9),
    "unreachable": Case((Resets(),) * 9),
    "refusal": Case((says("No.", stop="refusal"),) * 9),
    "crash": Case((Hangs(),), crash),
    "shutdown": Case((Hangs(),), shut_down),
}
TIMEOUT_S = 4.0


@pytest.fixture
async def start(start_manager: StartManager, script: ScriptedModel) -> StartManager:
    """Starts managers whose agents ask the scripted model."""

    async def started(**changes: object) -> SessionManager:
        manager: SessionManager = await start_manager(base_url=script.base_url, **changes)
        return manager

    return started


async def fail(manager: SessionManager, script: ScriptedModel, case: Case) -> None:
    """One turn with the stale request, in which Write runs before it fails."""
    script.enqueue(WRITE, *case.steps)
    asked = len(script.requests) + 2
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, STALE, job="stale"))
    if case.deed is not None:
        async with asyncio.timeout(PATIENCE_S):
            while len(script.requests) < asked:
                script.came.clear()
                await script.came.wait()
        await case.deed(manager, turn)
    with pytest.raises((TurnFailed, asyncio.CancelledError)):
        await turn
    script.forget()


def check(case: Case, script: ScriptedModel) -> None:
    """What the newest request holds of the stale one."""
    sent = script.last_text
    assert (STALE in sent) is case.kept
    assert (WROTE in sent) is not case.kept
    assert case.note in sent
    if case.kept:
        assert "I write." in sent
        assert "File created successfully" in sent
        assert "missing due to internal error" not in sent
    else:
        assert "I write." not in sent
        assert INTERRUPTED not in sent


@pytest.mark.short_form("turn limit-restart", "stop-hot", "400-hot", "crash-restart")
@pytest.mark.parametrize("restart", [False, True], ids=["hot", "restart"])
@pytest.mark.parametrize("name", CASES)
async def test_the_next_request_holds_only_what_may_stay(
    start: StartManager, script: ScriptedModel, name: str, restart: bool
) -> None:
    """Kept: its limit, its deadline, a stop. All else is cut off; its tools are told of once."""
    case = CASES[name]
    changes = {"turn_timeout": TIMEOUT_S if name == "time-out" else 30.0}
    manager = await start(**changes)
    await manager.run_turn(LANE, BOT, "the first question")
    await fail(manager, script, case)
    if restart:
        await manager.shutdown_all()
        manager = await start(**changes)
    second = await manager.run_turn(LANE, BOT, "the next question")
    assert second.text == "ok"
    assert second.tier is (Tier.HOT if case.kept and not restart else Tier.WARM)
    check(case, script)
    assert "user: the first question" in script.last_text
    assert script.last_text.count("the next question") == 1
    await manager.run_turn(LANE, BOT, "one more")
    assert script.last_text.count(NOTE) == (0 if case.kept else 1)


@pytest.mark.short_form("400-restart")
@pytest.mark.parametrize("restart", [False, True], ids=["hot", "restart"])
@pytest.mark.parametrize("name", ["stop", "400", "529", "crash"])
async def test_so_it_is_where_the_first_turn_of_all_failed(
    start: StartManager, script: ScriptedModel, name: str, restart: bool
) -> None:
    """Nothing was answered yet: a new conversation begins, and knows what tools did."""
    case = CASES[name]
    manager = await start()
    await fail(manager, script, case)
    if restart:
        await manager.shutdown_all()
        manager = await start()
    result = await manager.run_turn(LANE, BOT, "the next question")
    assert result.tier is {
        (True, True): Tier.WARM,
        (True, False): Tier.HOT,
    }.get((case.kept, restart), Tier.COLD)
    check(case, script)


@pytest.mark.short_form("529")
@pytest.mark.parametrize("name", ["time-out", "stop", "crash", "529", "shutdown"])
async def test_run_again_the_message_stands_in_it_once(
    start: StartManager, script: ScriptedModel, name: str
) -> None:
    """A retry, or a drain that handed it back: what the first run left is cut off, and told."""
    manager = await start(turn_timeout=TIMEOUT_S if name == "time-out" else 30.0)
    await manager.run_turn(LANE, BOT, "the first question", job="first")
    await fail(manager, script, CASES[name])
    await manager.run_turn(LANE, BOT, STALE, job="stale")
    assert script.last_text.count(STALE) == 1
    assert "I write." not in script.last_text
    assert WROTE in script.last_text


@pytest.mark.short_form("later")
@pytest.mark.parametrize("first", [True, False], ids=["first turn", "later"])
async def test_a_killed_consumer_left_word_of_what_ran(
    start: StartManager, script: ScriptedModel, tmp_path: Path, first: bool
) -> None:
    """kill -9 in the middle of a turn: nothing may be written after it, and the next one knows."""
    manager = await start()
    if not first:
        await manager.run_turn(LANE, BOT, "the first question")
    script.enqueue(WRITE, Hangs())
    asked = len(script.requests) + 2
    turn = asyncio.create_task(manager.run_turn(LANE, BOT, STALE, job="stale"))
    async with asyncio.timeout(PATIENCE_S):
        while len(script.requests) < asked:
            script.came.clear()
            await script.came.wait()
    assert ((await manager.account(LANE)).record is None) is first, "no turn has ended yet"
    records, left = tmp_path / "data" / "session_cache", tmp_path / "left"
    shutil.copytree(records, left)  # the records as a kill at this moment leaves them
    turn.cancel()
    with suppress(asyncio.CancelledError):
        await turn
    await manager.shutdown_all()
    script.forget()
    shutil.rmtree(records)
    shutil.copytree(left, records)
    manager = await start()
    await manager.run_turn(LANE, BOT, "the next question", job="next")
    assert WROTE in script.last_text
    assert STALE not in script.last_text
    assert ("the first question" in script.last_text) is not first


@pytest.mark.long
async def test_what_several_failed_turns_ran_is_told_together(
    start: StartManager, script: ScriptedModel
) -> None:
    """Two of them in a row, a restart between: the next prompt names all of it."""
    manager = await start()
    await manager.run_turn(LANE, BOT, "the first question")
    await fail(manager, script, CASES["529"])
    await manager.shutdown_all()
    manager = await start()
    await fail(manager, script, CASES["400"])
    await manager.run_turn(LANE, BOT, "the next question")
    assert f"{NOTE}what ran in it was not undone: Write (2 times)]" in script.last_text


async def test_what_was_denied_did_not_run(start: StartManager, script: ScriptedModel) -> None:
    """A call that the CLI or the hook refused did nothing that could be undone."""
    manager = await start()
    await manager.run_turn(LANE, BOT, "the first question")
    outside = calls("", "Write", file_path="/etc/campfire", content="x")
    hidden = calls("", "Read", file_path=str(manager._settings.claude_dir / "settings.json"))
    script.enqueue(outside, hidden, *CASES["529"].steps)
    with pytest.raises(TurnFailed):
        await manager.run_turn(LANE, BOT, STALE)
    script.forget()
    await manager.run_turn(LANE, BOT, "the next question")
    assert NOTE not in script.last_text


@pytest.mark.short_form("400-first turn", "shutdown-later")
@pytest.mark.parametrize("first", [True, False], ids=["first turn", "later"])
@pytest.mark.parametrize("name", ["400", "529", "shutdown"])
async def test_what_a_cut_turn_has_cost_is_booked(
    start: StartManager, script: ScriptedModel, name: str, first: bool
) -> None:
    """Each request that was answered is paid, also after a restart, however the turn was cut.

    But for an agent that died: the CLI tells the cost with a turn's end, which never came.
    """
    manager = await start()
    if not first:
        await manager.run_turn(LANE, BOT, "the first question")
    before = (await manager.account(LANE)).record
    await fail(manager, script, CASES[name])
    await manager.shutdown_all()
    manager = await start()
    cut = (await manager.account(LANE)).record
    assert cut is not None
    assert cut.cost > (before.cost if before else 0.0)
    result = await manager.run_turn(LANE, BOT, "the next question")
    after = (await manager.account(LANE)).record
    assert after is not None
    assert after.cost == pytest.approx(cut.cost + result.cost)
    requests = 2 if first else 3
    assert (after.input_tokens, after.output_tokens) == (10 * requests, 20 * requests)

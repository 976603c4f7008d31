"""What the meter of a turn is told with the real CLI: every ending is paid, a cap ends a turn."""

import asyncio

import pytest

from consumer.agent import UNMETERED, AgentCrashed, BudgetReached, SessionReset, TurnFailed
from consumer.budgets.meter import TurnMeter, nowhere
from consumer.sessions import SessionManager
from shared.bots.priced_models import is_priced
from tests.bots import bot_with
from tests.integration.sessions.conftest import BOT, LANE, kill
from tests.integration.sessions.scripted_model import (
    Hangs,
    ScriptedModel,
    api_error,
    calls,
    says,
)
from tests.integration.sessions.tools.test_sections import READER

READS = bot_with(BOT, tools=("Read",))
A_CALL = 30
"""Of the scripted model: 10 tokens read, 20 written."""
LOOK = calls("Let me look.", "Read", file_path="not-there.txt")


class Seen(TurnMeter):
    """Counts how often it was told the agent's own count."""

    def __init__(self, most: int | None = None) -> None:
        super().__init__(most, nowhere)
        self.told = 0

    def spent(self, spent: object) -> None:
        self.told += 1
        super().spent(spent)  # type: ignore[arg-type]


async def test_every_ending_is_told_once(scripted: SessionManager, script: ScriptedModel) -> None:
    """An answer, a refused request after a tool, a stop, a reset: each what it alone has used."""
    answered, failed, stopped, reset = Seen(), Seen(), Seen(), Seen()
    await scripted.run_turn(LANE, READS, "hello", meter=answered)
    script.enqueue(LOOK, *[api_error(400, "invalid_request_error", "messages.1: bad")] * 9)
    with pytest.raises(TurnFailed):
        await scripted.run_turn(LANE, READS, "look", meter=failed)
    script.forget()
    for meter, end in ((stopped, "stop"), (reset, "reset")):
        script.enqueue(LOOK, Hangs())
        asked = len(script.requests)
        turn = asyncio.create_task(scripted.run_turn(LANE, READS, "look", meter=meter))
        while len(script.requests) < asked + 2:
            script.came.clear()
            await script.came.wait()
        if end == "stop":
            turn.cancel()
        else:
            await scripted.remove_session(LANE, forget=True)
        with pytest.raises((asyncio.CancelledError, SessionReset)):
            await turn
    assert [it.told for it in (answered, failed, stopped)] == [1, 1, 1]
    assert [it.tokens for it in (answered, failed, stopped, reset)] == [A_CALL] * 4
    assert all(it.truth.cost > 0 for it in (answered, failed, stopped))


async def test_of_an_agent_that_dies_what_was_seen_counts(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """The CLI tells the cost with a turn's end, which never comes."""
    result = await scripted.run_turn(LANE, READS, "hello")
    meter, asked = Seen(), len(script.requests)
    script.enqueue(LOOK, LOOK, Hangs())
    turn = asyncio.create_task(scripted.run_turn(LANE, READS, "look", meter=meter))
    while len(script.requests) < asked + 3:
        script.came.clear()
        await script.came.wait()
    kill(result.pid)
    with pytest.raises(AgentCrashed):
        await turn
    assert (meter.told, meter.tokens) == (0, 2 * A_CALL)
    assert meter.micro_usd(price=2.0) == 4 * A_CALL


async def test_a_turn_ends_at_its_cap_with_what_it_has_said(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """Two calls of the model and no third; the next turn knows what was done."""
    script.otherwise = LOOK
    meter = Seen(most=2 * A_CALL)
    result = await scripted.run_turn(LANE, READS, "look for ever", meter=meter)
    assert result.text == "Let me look."
    assert meter.is_at_most
    assert meter.tokens == 2 * A_CALL == meter.truth.tokens
    assert meter.truth.cost > 0
    script.otherwise = says("done")
    after = await scripted.run_turn(LANE, READS, "go on", meter=UNMETERED)
    assert (after.tier, after.text) == ("hot", "done")
    assert "look for ever" in script.last_text


async def test_a_cap_that_is_reached_before_a_word_is_said(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """There is nothing to post, which is an error of its own; it is paid all the same."""
    script.enqueue(calls("", "Read", file_path="not-there.txt"))
    meter = Seen(most=1)
    with pytest.raises(BudgetReached):
        await scripted.run_turn(LANE, READS, "look", meter=meter)
    assert meter.truth.tokens >= 10
    assert (await scripted.run_turn(LANE, READS, "and now?")).text == "ok"


async def test_what_subagents_use_is_the_turn_s(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """It stands in the CLI's count by model, and is seen while they work."""
    bot = bot_with(READS, agents={"reader": READER})
    script.enqueue(
        calls("", "Agent", description="x", prompt="look", subagent_type="reader"),
        LOOK,
        says("seen"),
        says("told"),
    )
    meter, live = Seen(), list[int]()
    meter.begins(lambda: None)
    uses = meter.uses

    def seen(tokens: int, *, goes_on: bool) -> None:
        live.append(tokens)
        uses(tokens, goes_on=goes_on)

    meter.uses = seen  # type: ignore[method-assign]
    await scripted.run_turn(LANE, bot, "ask the reader", meter=meter)
    assert meter.truth.tokens == 4 * A_CALL
    assert 4 * A_CALL <= sum(live) < 5 * A_CALL, "each is seen while it works"


async def test_the_cli_says_where_it_has_no_price(scripted: SessionManager) -> None:
    """What we take for priced it calls its list's, what we do not it calls unknown."""
    from consumer.sessions.session.session import Session

    bases = list[object]()
    for lane_bot in (BOT, bot_with(BOT, id="strange", model="claude-strange-7-1")):
        session: Session = await scripted.get_or_create_client(LANE, lane_bot)
        heard: list[object] = []
        async for message in session._client.ask("hello"):
            heard.append(message)
        models = heard[-1].models  # type: ignore[attr-defined]
        bases += [(is_priced(name), used["costBasis"]) for name, used in models.items()]
    assert bases == [(True, "list"), (False, "unknown")]

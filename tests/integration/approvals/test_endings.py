"""How a request ends without a call: its time, control words, a changed file, a forgetful turn."""

from dataclasses import replace
from typing import Any

import pytest

from consumer.approvals.request_store import MOST_OF_A_TURN
from shared.bots.sections.access.approvals import Approvals
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.approvals.conftest import ADA, ASKS, CLOSE, LANE, MIKE, Asked
from tests.integration.conftest import CARRY_OUT, Stage


async def test_its_time_is_over_by_redis_clock(stage: Stage) -> None:
    """The room is told once; a late yes is told so, and nothing runs."""
    stage.bots = {"assistant": bot_with(ASKS, approvals=Approvals(expire_hours=0.5 / 3600))}
    asked = Asked(stage)
    asked.carries_out()
    await stage.start()
    await asked.ask()
    await stage.heard("Request 1 expired at")
    await asked.answer()
    await stage.until_idle()
    assert ((await asked.request()).state, asked.ran) == ("expired", [])
    assert [text.startswith("Request 1 expired at") for text in await stage.bot_said()] == [
        False, False, True, True,
    ]  # fmt: skip
    assert not await stage.redis.exists(
        stage.keys.approvals_open("assistant"), stage.keys.approvals_in(LANE)
    )


@pytest.mark.parametrize(
    ("word", "said"),
    [("new", "because a new conversation was begun"), ("stop", "because somebody stopped me"),
     ("stop all", "because somebody stopped me")],
)  # fmt: skip
async def test_a_control_word_withdraws_what_waits(asked: Asked, word: str, said: str) -> None:
    """It says so, and a yes after it comes too late."""
    await asked.ask()
    await asked.stage.say(word, control=word)
    await asked.stage.heard(f"Request 1 is withdrawn, {said}")
    await asked.answer()
    await asked.stage.until_idle()
    assert ((await asked.request()).state, asked.ran) == ("withdrawn", [])


async def test_stop_of_somebody_who_may_not_ends_their_own(stage: Stage) -> None:
    """And nobody else's."""
    stage.bots = {"assistant": bot_with(ASKS, people={"control": {"stop": [MIKE]}})}
    asked = Asked(stage)
    await stage.start()
    await asked.ask()
    await stage.say("stop", control="stop", user_id=7, user_name="Eva")
    await stage.until_idle()
    assert (await asked.request()).state == "open"
    await stage.say("stop", control="stop", user_id=ADA)
    await stage.until_idle()
    assert (await asked.request()).state == "withdrawn"


async def test_a_stopped_turn_withdraws_what_it_asked_for(asked: Asked) -> None:
    """Nobody is asked about it any more."""
    stage = asked.stage
    asked.wants("close 7", {"id": 7}, who=frozenset({MIKE}))
    wants, go_on = stage.agent.does["close 7"], stage.agent.hold("rest", "never")

    async def act() -> str:
        await wants()
        await go_on.wait()
        return "never"

    stage.agent.does["close 7"] = act
    await stage.say("close 7")
    await eventually(lambda: _are(asked.told))
    await stage.say("stop", control="stop")
    await stage.heard("Request 1 is withdrawn")
    await stage.until_idle()
    assert "Only " not in " ".join(await stage.bot_said())


async def _are(told: list[str]) -> bool:
    return bool(told)


async def test_a_changed_bot_file_withdraws_it(asked: Asked) -> None:
    """Told at once where it was asked for; another key, and a file that says the same, do not."""
    await asked.ask()
    stage = asked.stage
    same = ASKS.model_copy()
    stage.roster.replace([same], {"assistant": f"3-{'y' * 12}"})
    stage.roster.replace([same], {"assistant": stage.bot_keys["BOT_KEY_ASSISTANT"]})
    await asked.answer("no", number=2)
    await stage.until_idle()
    assert (await asked.request()).state == "open"
    stage.roster.replace([bot_with(ASKS, system_prompt="Another.")])
    await stage.heard("Request 1 is withdrawn, because what I may do was changed")
    await asked.answer()
    await stage.until_idle()
    assert ((await asked.request()).state, asked.ran) == ("withdrawn", [])


async def test_a_turn_that_does_not_call_is_found_out(asked: Asked) -> None:
    """Whatever the agent says; the approval is used up."""

    async def act() -> str:
        return "It is done."

    asked.stage.agent.does[CARRY_OUT] = act
    await asked.ask()
    await asked.answer()
    await asked.stage.heard("Request 1 was approved, but I did not do it, whatever I say above")
    await asked.stage.until_idle()
    assert (await asked.request()).why == "not_called"


async def test_a_call_without_an_end_is_unknown(asked: Asked) -> None:
    """It may have run: it is said, and it does not run again."""
    asked.carries_out(ends=False, calls=2)
    await asked.ask()
    await asked.answer()
    await asked.stage.heard("I do not know whether it was done")
    await asked.stage.until_idle()
    assert ((await asked.request()).state, len(asked.ran)) == ("unknown", 1)


async def test_another_consumer_goes_on(asked: Asked) -> None:
    """All of it is in Redis: asked before a restart, answered and carried out after it."""
    await asked.ask()
    await asked.stage.stop()
    await asked.stage.start()
    await asked.answer()
    await asked.stage.heard("I did it.")
    await asked.stage.until_idle()
    assert asked.ran == [{"id": 7}]


async def test_whoever_lost_the_claim_runs_nothing(asked: Asked) -> None:
    """An approved call is taken under the token of the turn that carries it out, or not at all."""
    stage, taken = asked.stage, list[bool]()

    async def act() -> str:
        approvals, asking = stage.approvals.approvals, stage.agent.askings[-1]
        request = await approvals.approved(asking, CLOSE)
        assert request is not None
        job_id = request.carried_out_by
        claim = approvals._turns[asking.job_id]
        approvals._turns[asking.job_id] = replace(claim, token="another")
        taken.append(await approvals.take(asking, request, "run"))
        approvals._turns[asking.job_id] = claim
        assert job_id == claim.job_id
        taken.append(await approvals.take(asking, request, "run"))
        taken.append(await approvals.take(asking, request, "run"))
        return "ok"

    stage.agent.does[CARRY_OUT] = act
    await asked.ask()
    await asked.answer()
    await stage.until_idle()
    assert taken == [False, True, False]


@pytest.mark.long
async def test_a_thousand_open(asked: Asked) -> None:
    """Each has its number, is answered as if it were alone, and all are withdrawn at one word."""
    stage = asked.stage
    for turn in range(1000 // MOST_OF_A_TURN):
        text = f"turn {turn}"
        inputs: list[dict[str, Any]] = [{"id": [turn, n]} for n in range(MOST_OF_A_TURN)]
        asked.wants(text, *inputs, who=frozenset({MIKE}))
        await stage.say(text)
        await stage.until_idle()
    assert len(await stage.approvals.store.read.waiting("assistant")) == 1000
    await asked.answer(number=777)
    await stage.heard("I did it.")
    await stage.until_idle()
    assert len(asked.ran) == 1
    await stage.approvals.keeper.look()
    await stage.say("new", control="new")
    await stage.heard("Request 1000 is withdrawn")
    await stage.until_idle()
    assert await stage.approvals.store.read.waiting("assistant") == []

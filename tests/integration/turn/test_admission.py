"""Whom a bot does not answer, on a real Valkey: told once a day, seen on each message, no turn."""

import asyncio
from functools import partial
from typing import Any

import pytest

from consumer.queue.ticket import ending_of
from shared.acceptance.loop_guard import LoopGuard
from shared.acceptance.queue import RedisQueue
from shared.catalogue import catalogue
from shared.control_words import ControlWord
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.conftest import BOT, ROOM, Stage, has_signs

SENTENCES = catalogue("en")
BOTH = pytest.mark.parametrize("stage", ["main", "v1.4.9"], indirect=True)
BO: dict[str, Any] = {"user_id": 9, "user_name": "Bo"}
STOPPED = SENTENCES.say("cancelled")


def _no(why: str, person: str = "Bo") -> str:
    return SENTENCES.say(f"not_answered.{why}", person=person)


async def _ending(stage: Stage, job_id: str) -> tuple[str, ...]:
    ending = ending_of(await stage.redis.get(stage.keys.result(job_id)))
    return tuple(ending.get(key, "") for key in ("outcome", "reason", "detail"))


@BOTH
async def test_who_may_not_talk_is_told_once_a_day(stage: Stage) -> None:
    """Each message is ignored and, where there are boosts, marked; others are answered."""
    stage.bots = {"assistant": bot_with(BOT, people={"talk": [1]})}
    await stage.start()
    first, second = await stage.say("let me in", **BO), await stage.say("please", **BO)
    await stage.say("nobody", user_id=None, user_name="Link")
    await stage.say("hello")
    await stage.heard("answer to hello")
    await stage.until_idle()
    *refused, answer = await stage.bot_said()
    assert refused == [_no("person"), _no("person", "Link")]
    assert answer.endswith("answer to hello")
    assert stage.agent.prompts == ["hello"]
    for job_id in (first, second):
        assert await _ending(stage, job_id) == ("ignored", "refused", "person")
    key = stage.keys.not_answered(stage.message("", "1", **BO), "person")
    assert 0 < await stage.redis.ttl(key) <= 24 * 3600
    await stage.redis.delete(key)
    await stage.say("and today?", **BO)
    await stage.until_idle()
    assert (await stage.bot_said())[-1] == _no("person")


@pytest.mark.parametrize("progress", ["steps", "off"])
async def test_a_message_that_is_not_answered_has_a_sign(stage: Stage, progress: str) -> None:
    """Whatever other signs there are: from the second on it is all that is said."""
    stage.bots = {"assistant": bot_with(BOT, people={"talk": [1], "control": {"new": [7]}})}
    await stage.start(progress=progress)
    said: list[tuple[str, dict[str, Any]]] = [("a", BO), ("b", BO), ("new", {"control": "new"})]
    for text, more in said:
        job_id = await stage.say(text, **more)
        await eventually(partial(has_signs, stage, job_id, ["🚫"]))
    assert await stage.bot_said() == [_no("person"), _no("word", "Ada Admin")]


@pytest.mark.parametrize(
    ("rooms", "name", "why"),
    [({"answer": [ROOM + 1]}, "Support", "room"), ({"pings": False}, None, "ping")],
)
async def test_where_it_does_not_answer_everybody_is_told(
    stage: Stage, rooms: dict[str, Any], name: str | None, why: str
) -> None:
    """Each person once."""
    stage.bots = {"assistant": bot_with(BOT, rooms=rooms)}
    await stage.start(catch_up="off")  # in a ping it could be quicker than the delivery
    for who in (BO, BO, {}):
        await stage.say("hello", room_name=name, **who)
    await stage.until_idle()
    assert await stage.bot_said() == [_no(why), _no(why, "Ada Admin")]
    assert stage.agent.prompts == []


async def test_a_bot_that_is_not_answered_is_told_nothing(stage: Stage) -> None:
    """It would answer."""
    stage.bots = {"assistant": bot_with(BOT, people={"talk": [1]}, answers_bots=True)}
    queue = RedisQueue(stage.redis, stage.keys, guard=LoopGuard(bots=stage.bots))
    message = stage.message("hello", "77", **BO).model_copy(update={"from_bot": True})
    assert await queue.accept(message) == "accepted"
    await stage.start()
    await stage.until_idle()
    assert await _ending(stage, stage.keys.job_id(message)) == ("ignored", "refused", "person")
    assert await stage.bot_said() == []


async def test_a_sentence_that_a_crash_kept_back_is_said(stage: Stage) -> None:
    """The attempt before it had put on record that it says it, and no more."""
    stage.bots = {"assistant": bot_with(BOT, people={"talk": [1]})}
    job_id = await stage.say("hello", **BO)
    key = stage.keys.not_answered(stage.message("", "1", **BO), "person")
    await stage.redis.set(key, job_id)
    await stage.start()
    await stage.heard(_no("person"))


async def hang() -> str:
    """A turn that ends only when it is stopped."""
    await asyncio.Event().wait()
    return "never"


@pytest.mark.parametrize("word", ["stop", "stop all", "new"])
async def test_an_order_of_others_is_refused_and_changes_nothing(
    stage: Stage, word: ControlWord
) -> None:
    """What runs goes on, and who may give the order is obeyed."""
    control = {"stop": [7], "stop all": [7], "new": [7]}
    stage.bots = {"assistant": bot_with(BOT, people={"control": control})}
    go_on = stage.agent.hold("long", "the answer")
    await stage.start()
    await stage.say("long")
    await stage.agent.until_asked("long")
    refused = await stage.say(word, control=word, **BO)
    await stage.heard(_no("word"))
    go_on.set()
    await stage.heard("the answer")
    await stage.until_idle()
    assert await _ending(stage, refused) == ("ignored", "refused", "word")


async def test_stop_of_ones_own_message_is_always_obeyed(stage: Stage) -> None:
    """By whoever may not give the order, and was not told of anything before."""
    stage.agent.does["long"] = hang
    stage.bots = {"assistant": bot_with(BOT, people={"control": {"stop": [7]}})}
    await stage.start()
    await stage.say("long", **BO)
    await stage.agent.until_asked("long")
    await stage.say("stop", control="stop", **BO)
    await stage.heard(STOPPED)
    await stage.until_idle()
    assert await stage.bot_said() == [STOPPED]


async def test_stop_of_ones_own_message_is_obeyed_where_it_waits_too(stage: Stage) -> None:
    """What runs before it is another's, and goes on."""
    stage.bots = {"assistant": bot_with(BOT, people={"control": {"stop": [7]}})}
    go_on = stage.agent.hold("long", "the answer")
    await stage.start()
    await stage.say("long")
    await stage.agent.until_asked("long")
    await stage.say("later", **BO)
    await stage.say("stop", control="stop", **BO)
    await stage.heard(STOPPED)
    go_on.set()
    await stage.heard("the answer")
    await stage.until_idle()
    assert "later" not in await stage.bot_said()


async def test_stop_is_obeyed_of_whom_the_bot_does_not_answer_any_more(stage: Stage) -> None:
    """Its file changed while their turn ran; a stranger's `stop` ends nothing."""
    stage.agent.does["long"] = hang
    await stage.start()
    await stage.say("long", **BO)
    await stage.agent.until_asked("long")
    stage.roster.replace([bot_with(BOT, people={"talk": [7]})])
    await stage.say("stop", control="stop", user_id=15, user_name="Cleo")
    await stage.heard(_no("person", "Cleo"))
    await stage.say("stop", control="stop", **BO)
    await stage.heard(STOPPED)
    await stage.until_idle()
    assert await stage.bot_said() == [_no("person", "Cleo"), STOPPED]

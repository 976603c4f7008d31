"""Whatever breaks over a message, it comes to an end, and its lane goes on."""

import json
from collections.abc import Awaitable, Callable
from typing import cast

import pytest
from redis.exceptions import ResponseError

from consumer.budgets.budgets import Budgets
from consumer.outcome.outcome import Reply, Retry
from consumer.posting.poster import Delivery, Poster
from consumer.progress.signs_of_life import SignsOfLife
from consumer.queue.lanes import Lanes
from consumer.turn.approved import ApprovedTurns
from consumer.turn.collecting import Collecting
from consumer.turn.skipping import Skipping
from shared.catalogue import catalogue
from shared.operating.dead_letters import DeadLetters
from tests.integration.conftest import Stage
from tests.integration.turn.test_outcomes import result

SORRY = catalogue("en").say("failed")
Broken = Callable[..., Awaitable[object]]


def breaks(error: Exception, *, after: Broken, times: int = 1) -> Broken:
    """Raises it, so many times, and is what it was after them."""
    left = [error] * times

    async def broken(*given: object, **named: object) -> object:
        if left:
            raise left.pop()
        return await after(*given, **named)

    return broken


@pytest.mark.parametrize(
    ("whose", "name"),
    [
        (ApprovedTurns, "begun"),
        (Skipping, "no_turn"),
        (Collecting, "turn_of"),
        (Budgets, "begin"),
        (ApprovedTurns, "below"),
    ],
)
async def test_before_there_is_an_answer_the_room_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, whose: type, name: str
) -> None:
    """Once, as of an agent that failed; it does not come again, and the next one is answered."""
    monkeypatch.setattr(whose, name, breaks(ValueError("chat text"), after=getattr(whose, name)))
    await stage.start()
    job_id = await stage.say("hello")
    assert await stage.heard(SORRY)
    await stage.until_idle()
    assert await result(stage, job_id) == {
        "outcome": "failed",
        "reason": "ValueError",
        "tier": "",
        "attempts": 1,
    }
    await stage.say("next")
    await stage.heard("answer to next")
    await stage.until_idle()
    assert await stage.bot_said() == [SORRY, "answer to next"]


async def test_a_redis_that_refuses_for_a_moment_is_asked_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no bug, and nobody need ask twice."""
    monkeypatch.setattr(Skipping, "gone", breaks(ResponseError("BUSY"), after=Skipping.gone))
    await stage.start()
    job_id = await stage.say("hello")
    await stage.heard("answer to hello")
    await stage.until_idle()
    assert (await result(stage, job_id))["attempts"] == 2
    assert await stage.bot_said() == ["answer to hello"]


async def test_a_redis_that_refuses_for_good_ends_the_message(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patience has an end."""
    monkeypatch.setattr("consumer.outcome.classify.REDIS_PATIENCE", 2)
    broken = breaks(ResponseError("WRONGTYPE"), after=Budgets.begin, times=9)
    monkeypatch.setattr(Budgets, "begin", broken)
    await stage.start()
    job_id = await stage.say("hello")
    await stage.heard(SORRY)
    await stage.until_idle()
    ending = await result(stage, job_id)
    assert (ending["reason"], ending["attempts"]) == ("ResponseError", 2)


async def test_where_signs_break_the_operator_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in the room by then nobody knows: a dead letter, and no word."""

    def broken(*_: object) -> object:
        raise ValueError("chat text")

    await stage.start()
    with monkeypatch.context() as patched:
        patched.setattr(SignsOfLife, "of", broken)
        job_id = await stage.say("hello")
        await stage.until_idle()
    assert await _is_dead(stage, job_id, "ValueError")
    await stage.say("next")
    await stage.heard("answer to next")
    assert await stage.bot_said() == ["answer to next"]


async def test_a_stored_answer_that_cannot_be_read_does_not_come_for_ever(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As another release wrote it: what of it is in the room nobody knows."""

    def unreadable(stored: dict[str, object]) -> Reply:
        raise KeyError(*stored)

    async def away(*_: object, **__: object) -> Delivery:
        return Delivery(Retry(after_s=0.01, reason="CampfireFailed"))

    monkeypatch.setattr(Poster, "post_reply", away)
    monkeypatch.setattr(Reply, "from_json", unreadable)
    await stage.start()
    job_id = await stage.say("hello")
    await stage.until_idle()
    assert await _is_dead(stage, job_id, "KeyError")


@pytest.mark.parametrize("stage", ["v1.4.9"], indirect=True)
async def test_what_is_in_the_room_stays_on_record_where_an_end_breaks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks at the dead letter sees that it was answered, and what is in the room."""
    monkeypatch.setattr(Lanes, "settle", breaks(ValueError("chat text"), after=Lanes.settle))
    await stage.start()
    job_id = await stage.say("hello")
    await stage.until_idle()
    assert await _is_dead(stage, job_id, "ValueError")
    letter = stage.redis.hget(stage.keys.dead_letter(job_id), "posted")
    (post,) = json.loads(await cast(Awaitable[bytes], letter))
    last = stage.keys.last_post(stage.message("", "1").line)
    assert await stage.redis.get(last) == post.encode()


async def _is_dead(stage: Stage, job_id: str, why: str) -> bool:
    ending = await result(stage, job_id)
    letter = await DeadLetters(stage.redis, stage.keys).get(job_id)
    return letter is not None and (ending["outcome"], ending["reason"]) == ("dead", why)

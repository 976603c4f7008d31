"""Control words on a real Valkey: what they end, what the room is told, what they leave alone."""

import asyncio
import json

import pytest

from consumer.queue.cancellation.cancelling import QUIETLY
from consumer.queue.ticket import ending_of
from shared.catalogue import catalogue
from tests.conftest import eventually
from tests.integration.conftest import Stage

SENTENCES = catalogue("en")
STOPPED = SENTENCES.say("cancelled")


async def hang() -> str:
    """A turn that ends only when it is stopped."""
    await asyncio.Event().wait()
    return "never"


async def _outcome(stage: Stage, job_id: str) -> tuple[str, int]:
    ending = ending_of(await stage.redis.get(stage.keys.result(job_id)))
    return ending["outcome"], ending["attempts"]


async def test_stop_ends_the_running_turn_alone(stage: Stage) -> None:
    """The turn says so itself, the word adds nothing; the next message of the lane is answered."""
    stage.agent.does["long"] = hang
    await stage.start(max_turns_at_once=1)
    running = await stage.say("long")
    await stage.say("next")
    await stage.agent.until_asked("long")
    word = await stage.say("stop", control="stop")
    await stage.heard("answer to next")
    await stage.until_idle()
    assert await stage.bot_said() == [STOPPED, "answer to next"]
    assert await _outcome(stage, running) == ("cancelled", 1)
    assert await _outcome(stage, word) == ("completed", 1)


async def test_stop_with_nothing_to_stop_says_so(stage: Stage) -> None:
    """A sentence, and no turn."""
    await stage.start()
    await stage.say("stop", control="stop")
    await stage.heard(SENTENCES.say("control.nothing"))
    await stage.until_idle()
    assert stage.agent.prompts == []


async def test_stop_never_ends_what_was_asked_after_it(stage: Stage) -> None:
    """Accepted together, the message behind the word is answered, the one before it is not."""
    for text, word in (("before", None), ("stop", "stop"), ("after", None)):
        await stage.say(text, control=word)
    stage.agent.does["before"] = hang
    await stage.start()
    await stage.heard("answer to after")
    await stage.until_idle()
    said = await stage.bot_said()
    assert STOPPED in said
    assert said[-1] == "answer to after"
    assert len(said) == 2


@pytest.mark.parametrize(
    ("stopped_by", "told"),
    [("Ada Admin", STOPPED), ("Bo", SENTENCES.say("control.unanswered.one", people="Ada Admin"))],
)
async def test_stop_ends_a_message_that_is_tried_again_later(
    stage: Stage, stopped_by: str, told: str
) -> None:
    """The head that backs off is what the lane is at: it is settled, and the word says so, by the
    asker's name where another stops it."""
    await stage.sandbox.order_fault(kind="status", status=503, method="POST", times=4)
    await stage.start(progress="off")
    job_id = await stage.say("hello")

    async def postponed() -> bool:
        return bool(await stage.redis.hget(stage.keys.message(job_id), "failures"))  # type: ignore[misc]

    await eventually(postponed)
    await stage.say("stop", control="stop", user_name=stopped_by)
    await stage.heard(told)
    await stage.until_idle()
    assert await _outcome(stage, job_id) == ("cancelled", 0)


async def test_stop_that_comes_too_late_says_so(stage: Stage) -> None:
    """While the answer is on its way to the room nothing is stopped, and the word is answered."""
    await stage.sandbox.order_fault(kind="delay", seconds=1.5, method="POST", times=1)
    await stage.start(progress="off")
    job_id = await stage.say("hello")

    async def posting() -> bool:
        return bool(await stage.redis.hexists(stage.keys.message(job_id), "posting"))  # type: ignore[misc]

    await eventually(posting)
    await stage.say("stop", control="stop")
    await stage.heard(SENTENCES.say("control.too_late"))
    await stage.until_idle()
    assert "answer to hello" in await stage.bot_said()


async def test_stop_all_tells_how_many_and_whose(stage: Stage) -> None:
    """One message for the running turn and all that waits; a name is escaped like any text."""
    stage.agent.does["long"] = hang
    await stage.start()
    running = await stage.say("long")
    await stage.agent.until_asked("long")
    waiting = [await stage.say("a"), await stage.say("b", user_name="Bo <b>")]
    await stage.say("stop all", control="stop all")
    await stage.say("after")
    await stage.heard("answer to after")
    await stage.until_idle()
    said = await stage.bot_said()
    people = "Ada Admin and Bo <b>"
    assert said == [
        SENTENCES.say("control.unanswered.many", count=3, people=people),
        "answer to after",
    ]
    assert await _outcome(stage, running) == ("cancelled", 1)
    assert [await _outcome(stage, job_id) for job_id in waiting] == [("cancelled", 0)] * 2
    assert stage.agent.prompts == ["long", "after"]


async def test_stop_all_of_a_running_turn_alone_is_one_message(stage: Stage) -> None:
    """The word says it, and the turn does not."""
    stage.agent.does["long"] = hang
    await stage.start()
    await stage.say("long")
    await stage.agent.until_asked("long")
    await stage.say("stop all", control="stop all")
    await stage.heard(SENTENCES.say("control.unanswered.one", people="Ada Admin"))
    await stage.until_idle()
    assert len(await stage.bot_said()) == 1


async def test_stop_all_of_a_dead_consumer_tells_what_it_ended(stage: Stage) -> None:
    """The turn ended without a word, and so the word is told by who carries it out again."""
    stopped, word = await stage.say("stopped"), await stage.say("stop all", control="stop all")
    targets = json.dumps([[stopped, "Ada Admin"]])
    await stage.redis.hset(stage.keys.message(word), "stopping", targets)  # type: ignore[misc]
    quiet = {"outcome": "cancelled", "attempts": 1, "reason": QUIETLY}
    await stage.redis.set(stage.keys.result(stopped), json.dumps({"r": quiet}))
    await stage.redis.delete(stage.keys.message(stopped))
    await stage.start()
    await stage.heard(SENTENCES.say("control.unanswered.one", people="Ada Admin"))


async def test_status_names_what_runs_and_what_waits(stage: Stage) -> None:
    """While the only turn is taken by this lane, it is answered all the same."""
    stage.agent.does["long"] = hang
    await stage.start(max_turns_at_once=1)
    await stage.say("long", user_name="Eva & Co")
    await stage.say("next")
    await stage.agent.until_asked("long")
    await stage.say("status", control="status")
    said = await stage.heard(SENTENCES.say("control.waiting.one", people="Ada Admin"))
    assert "I am working on a message of Eva & Co, since" in said
    await stage.say("stop all", control="stop all")
    await stage.until_idle()
    await stage.say("status", control="status")
    assert SENTENCES.say("control.waiting.none") in await stage.heard(SENTENCES.say("control.idle"))


async def test_a_word_of_a_dead_consumer_ends_what_it_meant_to(stage: Stage) -> None:
    """What was to be stopped is on record: carried out again, it ends that, and only that."""
    stage.agent.does["long"] = hang
    job_id, other = await stage.say("long"), await stage.say("other")
    word = await stage.say("stop", control="stop")
    targets = json.dumps([[other, "Ada Admin"]])
    await stage.redis.hset(stage.keys.message(word), "stopping", targets)  # type: ignore[misc]
    await stage.start()
    await stage.heard(STOPPED)
    assert await _outcome(stage, other) == ("cancelled", 0)
    await stage.say("stop", control="stop")
    await stage.until_idle()
    assert (await _outcome(stage, job_id))[0] == "cancelled"


async def test_a_word_has_no_signs_of_life(stage: Stage) -> None:
    """No boost on it, before or after."""
    await stage.start()
    await stage.say("help", control="help")
    said = await stage.heard(SENTENCES.say("control.name", bot="Assistant"))
    assert SENTENCES.say("control.help.stop") in said
    await stage.until_idle()
    calls = [call["path"] for call in await stage.sandbox.calls() if call["method"] == "POST"]
    assert not [path for path in calls if "boosts" in path]


async def test_a_turn_is_not_collected_over_a_word(stage: Stage) -> None:
    """What was asked after `stop` is no part of the turn before it, and is answered by itself."""
    stage.agent.does["before"] = hang
    await stage.say("before")
    await stage.say("stop", control="stop")
    after = await stage.say("after")
    await stage.start(busy="collect")
    await stage.heard("answer to after")
    await stage.until_idle()
    assert await _outcome(stage, after) == ("completed", 1)
    assert STOPPED in await stage.bot_said()

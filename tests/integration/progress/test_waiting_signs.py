"""👀 on messages that wait, which becomes their turn's, or ends with them."""

import asyncio
import json
import time
from collections.abc import Awaitable
from typing import cast

import pytest

from consumer.campfire.client import Campfire
from consumer.progress import left_signs
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.conftest import BOT, ROOM, TOKEN, Stage, has_signs

CLOCK = "⏳ think · 40 s"


async def test_who_waits_is_seen_at_once_and_its_turn_takes_the_sign_over(stage: Stage) -> None:
    """One 👀 while it waits, one ✅ in its place when it is answered; no second 👀."""
    go_on, waiting = await one_waits(stage)
    go_on.set()
    await stage.until_idle()
    await eventually(lambda: has_signs(stage, waiting, ["✅"]))


async def test_what_is_stopped_while_it_waits_says_so(stage: Stage) -> None:
    """Its 👀 becomes ⏹, although it never had a turn."""
    go_on, waiting = await one_waits(stage)
    await cast(
        Awaitable[int], stage.redis.rpush(stage.keys.commands, json.dumps({"cancel": waiting}))
    )
    await eventually(lambda: has_signs(stage, waiting, ["⏹"]))
    go_on.set()
    await stage.until_idle()


async def test_nothing_but_answers_is_posted(stage: Stage) -> None:
    """Who waits sees 👀 and no words: unread marks and notices come with the answers alone."""
    go_on = stage.agent.hold("first", "answer to first")
    await stage.start()
    await stage.say("first", accepted_ms=long_ago_ms())
    await stage.agent.until_asked("first")
    waiting = await stage.say("second", accepted_ms=long_ago_ms())
    await eventually(lambda: has_signs(stage, waiting, ["⏳ still waiting"]))
    go_on.set()
    await stage.until_idle()
    first, second = await stage.bot_said()
    assert (first[-15:], second[-16:]) == ("answer to first", "answer to second")


async def test_a_killed_consumers_clock_goes_while_its_message_waits(stage: Stage) -> None:
    """After a crash each of its messages runs alone: those behind the first must not tell the time
    at which they were cut off."""
    go_on, waiting = await one_waits(stage, shutdown_grace_seconds=0)
    await stage.stop()
    await tell_a_time(stage, waiting)
    assert await has_signs(stage, waiting, ["👀", CLOCK])
    await stage.start()
    await eventually(lambda: has_signs(stage, waiting, ["👀"]))
    go_on.set()
    await stage.until_idle()
    await eventually(lambda: has_signs(stage, waiting, ["✅"]))


@pytest.mark.long
async def test_what_ends_unseen_after_a_restart_loses_its_sign(stage: Stage) -> None:
    """A 👀 that a dead consumer put up at a message that now ends without a turn becomes ⏹."""
    go_on, waiting = await one_waits(stage, shutdown_grace_seconds=0)
    await stage.stop()
    cancel = json.dumps({"cancel": waiting})
    await cast(Awaitable[int], stage.redis.rpush(stage.keys.commands, cancel))
    await stage.start()
    await eventually(lambda: has_signs(stage, waiting, ["⏹"]))
    go_on.set()
    await stage.until_idle()
    await eventually(lambda: nothing_left(stage))


async def test_a_campfire_in_trouble_gets_the_last_sign_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that says "I am on it" stays behind when its end could not be shown at once."""
    monkeypatch.setattr(left_signs, "AGAIN_S", 0.2)
    go_on = stage.agent.hold("first", "answer to first")
    await stage.start()
    asked = await stage.say("first")
    await eventually(lambda: has_signs(stage, asked, ["👀"]))
    await stage.sandbox.order_fault(kind="status", status=503, times=3, path_ends="/boosts")
    go_on.set()
    await stage.until_idle()
    await eventually(lambda: has_signs(stage, asked, ["✅"]))
    await eventually(lambda: nothing_left(stage))


@pytest.mark.parametrize("stage", ["v1.4.9"], indirect=True)
async def test_an_old_release_says_one_sentence_by_name(stage: Stage) -> None:
    """No boost is tried; after a minute each asker is told once, the running one too."""
    go_on = stage.agent.hold("first", "answer to first")
    await stage.start()
    await stage.say("first", accepted_ms=long_ago_ms())
    await stage.agent.until_asked("first")
    await stage.say("second", user_id=2, user_name="Bo", accepted_ms=long_ago_ms())
    await stage.say("third")
    await stage.heard("Bo: this takes longer")
    go_on.set()
    await stage.until_idle()
    sentence = "this takes longer. I will answer you here."
    said = await stage.bot_said()
    assert said[:2] == [f"Ada Admin: {sentence}", f"Bo: {sentence}"]
    assert [text.split()[-1] for text in said[2:]] == ["first", "second", "third"]


async def tell_a_time(stage: Stage, job_id: str) -> None:
    """Leave the message as a process that was killed between two boosts leaves it."""
    async with Campfire(stage.url) as campfire:
        await campfire.probe()
        number = job_id.rpartition(":")[2]
        boost = await campfire.boost(ROOM, f"3-{TOKEN}", number, CLOCK)
    name = stage.keys.message(job_id)
    stored = await cast(Awaitable[bytes], stage.redis.hget(name, "traces"))
    traces = json.loads(stored)
    traces["boosts"].append({"id": boost.id, "text": CLOCK})
    await cast(Awaitable[int], stage.redis.hset(name, "traces", json.dumps(traces)))


def long_ago_ms() -> int:
    """Some minutes ago."""
    return round(time.time() * 1000) - 400_000


async def nothing_left(stage: Stage) -> bool:
    """Whether no ended message's sign is still to be seen to."""
    return not await stage.redis.exists(stage.keys.left_signs)


async def one_waits(stage: Stage, **settings: int) -> tuple[asyncio.Event, str]:
    """A first turn runs until the event is set, and a second message is seen to wait behind it."""
    go_on = stage.agent.hold("first", "answer to first")
    await stage.start(**settings)
    await stage.say("first")
    await stage.agent.until_asked("first")
    waiting = await stage.say("second")
    await eventually(lambda: has_signs(stage, waiting, ["👀"]))
    return go_on, waiting


async def test_whoever_is_not_answered_gets_no_sign_that_they_wait(stage: Stage) -> None:
    """👀 would promise an answer: their message says nothing until its turn refuses it."""
    stage.bots = {"assistant": bot_with(BOT, people={"talk": [1]})}
    go_on = stage.agent.hold("first", "answer to first")
    await stage.start()
    await stage.say("first")
    await stage.agent.until_asked("first")
    refused = await stage.say("let me in", user_id=9, user_name="Bo")
    waiting = await stage.say("second")
    await eventually(lambda: has_signs(stage, waiting, ["👀"]))
    assert await has_signs(stage, refused, [])
    go_on.set()
    await stage.until_idle()
    await eventually(lambda: has_signs(stage, refused, ["🚫"]))

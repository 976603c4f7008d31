"""👀 on messages that wait, which becomes their turn's, or ends with them."""

import json
from collections.abc import Awaitable
from typing import cast

import pytest

from tests.conftest import eventually
from tests.integration.turn.conftest import ROOM, Stage


async def test_who_waits_is_seen_at_once_and_its_turn_takes_the_sign_over(stage: Stage) -> None:
    """One 👀 while it waits, one ✅ in its place when it is answered; no second 👀."""
    go_on = stage.agent.hold("first", "answer to first")
    await stage.start()
    await stage.say("first")
    await stage.agent.until_asked("first")
    waiting = await stage.say("second")
    await eventually(lambda: has_signs(stage, waiting, ["👀"]))
    go_on.set()
    await stage.until_idle()
    await eventually(lambda: has_signs(stage, waiting, ["✅"]))


async def test_what_is_stopped_while_it_waits_says_so(stage: Stage) -> None:
    """Its 👀 becomes ⏹, although it never had a turn."""
    go_on = stage.agent.hold("first", "answer to first")
    await stage.start()
    await stage.say("first")
    await stage.agent.until_asked("first")
    waiting = await stage.say("second")
    await eventually(lambda: has_signs(stage, waiting, ["👀"]))
    await cast(
        Awaitable[int], stage.redis.rpush(stage.keys.commands, json.dumps({"cancel": waiting}))
    )
    await eventually(lambda: has_signs(stage, waiting, ["⏹"]))
    go_on.set()
    await stage.until_idle()


@pytest.mark.parametrize("stage", ["v1.4.9"], indirect=True)
async def test_an_old_release_has_no_signs(stage: Stage) -> None:
    """No boost is tried, and nothing is said instead."""
    go_on = stage.agent.hold("first", "answer to first")
    await stage.start()
    await stage.say("first")
    await stage.agent.until_asked("first")
    await stage.say("second")
    go_on.set()
    await stage.until_idle()
    assert await stage.bot_said() == ["answer to first", "answer to second"]


async def has_signs(stage: Stage, job_id: str, signs: list[str]) -> bool:
    """Whether exactly these boosts stand on the message."""
    number = int(job_id.rpartition(":")[2])
    messages = await stage.sandbox.messages(ROOM)
    (found,) = [message for message in messages if message["id"] == number]
    return [boost["content"] for boost in found["boosts"]] == signs

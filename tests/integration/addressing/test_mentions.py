"""Whom an answer mentions is told, on both releases of Campfire, with a real Valkey."""

import json
import time
from collections.abc import Awaitable
from typing import cast

import pytest

from consumer.campfire.bodies.sgids import unsigned
from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.rails.signed_ids import sgid_of
from tests.integration.conftest import ROOM, Said, Stage

BOTH = pytest.mark.parametrize("stage", ["main", "v1.4.9"], indirect=True)
V149 = pytest.mark.parametrize("stage", ["v1.4.9"], indirect=True)
ADA, MIKE = 1, 2


async def late(stage: Stage, text: str) -> str:
    """Ask for something that was said a minute ago; the answer's body as Campfire has it."""
    await stage.say(text, accepted_ms=round((time.time() - 61) * 1000))
    return await answered(stage, text)


async def answered(stage: Stage, text: str) -> str:
    """The body of the answer to this text, once all is done with it."""
    await stage.heard(f"answer to {text}")
    await stage.until_idle()
    return str((await stage.sandbox.messages(ROOM))[-1]["stored_html"])


async def answer_with(stage: Stage, text: str, more: str) -> None:
    """Let the agent answer this text with a certain sentence."""

    async def call() -> str:
        return f"answer to {text}: {more}"

    stage.agent.does[text] = call


async def pushed(stage: Stage) -> list[tuple[str, list[str]]]:
    return [(push["body"], push["to"]) for push in await stage.sandbox.pushes()]


async def test_an_unknown_asker_is_drawn_by_an_edit_and_called_from_then_on(stage: Stage) -> None:
    """The first late answer names them in text, and is edited; the second one tells them."""
    await stage.start()
    first = await late(stage, "one")
    assert first.startswith(f'<div><action-text-attachment sgid="{unsigned(ADA)}"')
    assert await pushed(stage) == []
    second = await late(stage, "two")
    assert second.startswith(f'<div><action-text-attachment sgid="{sgid_of(ADA)}"')
    assert await pushed(stage) == [("Assistant: @Ada Admin\n\nanswer to two", ["Ada Admin"])]
    edits = [call for call in await stage.sandbox.calls() if call["method"] == "PATCH"]
    assert len(edits) == 1


async def test_so_is_one_whose_answer_is_ready_before_campfire_has_said_what_it_offers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first turn after a start, and an agent that needs no look into the room."""

    async def at_once(*_: object, **__: object) -> Said:
        return Said("answer to one")

    monkeypatch.setattr(stage.agent, "run_turn", at_once)
    await stage.sandbox.order_fault(kind="delay", seconds=0.3, times=1)
    await stage.start()
    assert (await late(stage, "one")).startswith(
        f'<div><action-text-attachment sgid="{unsigned(ADA)}"'
    )


@BOTH
async def test_a_prompt_answer_mentions_nobody(stage: Stage) -> None:
    """Neither at first nor by an edit."""
    await stage.start()
    await stage.say("quick")
    assert await answered(stage, "quick") == "<div>answer to quick</div>"


@V149
async def test_on_v149_the_question_is_quoted_until_a_webhook_has_shown_it(stage: Stage) -> None:
    """Nothing can be edited there; what somebody else's editor wrote is used."""
    await stage.start()
    assert (await late(stage, "one")).startswith("<blockquote>one</blockquote><cite>Ada Admin ")
    html = f"<div>who helps {mention_html(ADA, 'Ada Admin')}?</div>"
    await stage.say("two", html=html, user_id=MIKE, user_name="Mike Member")
    await stage.heard("answer to who helps @Ada Admin?")
    await stage.sandbox.clear_pushes()
    assert (await late(stage, "three")).startswith(
        f'<div><action-text-attachment sgid="{sgid_of(ADA)}"'
    )
    assert [to for _, to in await pushed(stage)] == [["Ada Admin"]]


async def test_whom_the_index_has_shown_is_told_wherever_they_last_spoke(stage: Stage) -> None:
    """Mike said nothing here; of Stranger and Nobody no signed id is known: they are text."""
    await stage.start()
    await stage.sandbox.post(ROOM, "hello", mentions=[MIKE])
    await stage.sandbox.post(ROOM, "hello", user_id=9)
    await stage.sandbox.clear_pushes()
    await answer_with(stage, "one", "ask @Mike Member, @Stranger or @Nobody")
    await stage.say("one")
    body = await answered(stage, "one")
    assert f'ask <action-text-attachment sgid="{sgid_of(MIKE)}"' in body
    assert body.endswith("</action-text-attachment>, @Stranger or @Nobody</div>")
    assert [to for _, to in await pushed(stage)] == [["Mike Member"]]


async def test_what_was_learnt_outlives_the_consumer(stage: Stage) -> None:
    """It is in Redis under the user's id, for months; no name or word is part of a key."""
    await stage.start()
    await late(stage, "one")
    await stage.stop()
    stored = await cast(Awaitable[dict[bytes, bytes]], stage.redis.hgetall(stage.keys.mentions))
    assert {int(user): json.loads(entry)["sgid"] for user, entry in stored.items()} == {
        ADA: sgid_of(ADA)
    }
    assert await stage.redis.ttl(stage.keys.mentions) > 60 * 24 * 3600
    await stage.start()
    assert f'sgid="{sgid_of(ADA)}"' in await late(stage, "two")


async def test_an_id_that_was_not_signed_after_all_is_used_once(stage: Stage) -> None:
    """Campfire draws such a mention with the right one: that replaces it."""
    await stage.start()
    forged = f"{sgid_of(MIKE).partition('--')[0]}--{'0' * 40}"
    html = mention_html(MIKE, "Mike Member").replace(sgid_of(MIKE), forged)
    await answer_with(stage, "forged @Mike Member", "@Mike Member")
    await answer_with(stage, "two", "@Mike Member")
    await stage.say("one", html=f"<div>forged {html}</div>")
    assert forged in await answered(stage, "forged @Mike Member")
    await stage.sandbox.post(ROOM, "something new to read", user_id=MIKE)
    await stage.say("two")
    assert sgid_of(MIKE) in await answered(stage, "two")


async def test_an_id_that_campfire_could_not_read_is_never_posted(stage: Stage) -> None:
    """It would break the room's index for good: Redis is no more trusted than people are."""
    broken = json.dumps({"sgid": "eyJf--x", "name": "Mike Member", "sure": True})
    await cast(Awaitable[int], stage.redis.hset(stage.keys.mentions, str(MIKE), broken))
    await stage.start()
    await answer_with(stage, "one @Mike Member", "@Mike Member")
    html = mention_html(MIKE, "Mike Member").replace(sgid_of(MIKE), "eyJf--x")
    await stage.say("one", html=f"<div>one {html}</div>")
    await answered(stage, "one @Mike Member")
    bodies = [message["stored_html"] for message in await stage.sandbox.messages(ROOM)]
    assert all("action-text-attachment" not in body for body in bodies)


async def test_a_bot_that_mentions_somebody_is_read_with_their_name(stage: Stage) -> None:
    """What bots post has no name in it, and a webhook shows it as it was posted."""
    await stage.start()
    await late(stage, "one")
    tag = f'<action-text-attachment sgid="{sgid_of(ADA)}"></action-text-attachment>'
    await stage.say(
        "two", html=f"<div>two for {tag} and {tag.replace(sgid_of(ADA), sgid_of(77))}</div>"
    )
    await stage.heard("answer to two for @Ada Admin and @user 77")


async def test_a_failed_edit_costs_nothing(stage: Stage) -> None:
    """The answer stands with the name as text, the message is settled, the next edit may learn."""
    await stage.start()
    await stage.sandbox.order_fault(kind="status", status=500, method="PATCH", times=1)
    assert (await late(stage, "one")).startswith("<div>@Ada Admin</div>")
    assert unsigned(ADA) in await late(stage, "two")

"""Budgets as people meet them: what is told, what is counted, and what always works."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest

from consumer.agent.errors import AgentFailed, AgentOverloaded
from consumer.agent.spending import Spent
from shared.budgets import Used, used_by
from tests.bots import bot_with
from tests.integration.conftest import BOT, ROOM, Stage
from tests.integration.turn.test_outcomes import result

BOTH = pytest.mark.parametrize("stage", ["main", "v1.4.9"], indirect=True)
BO: dict[str, Any] = {"user_id": 9, "user_name": "Bo"}


def _bound(stage: Stage, budgets: Mapping[str, Any], **changes: Any) -> None:
    stage.bots = {"assistant": bot_with(BOT, budgets=budgets, **changes)}
    stage.agent.spends = Spent(cost=0.02, read=900, written=100)


async def _used(stage: Stage) -> dict[str, Used]:
    found = await used_by(stage.redis, stage.keys, "assistant", stage.now_ms())
    return {it.scope + it.subject: it for it in found}


@BOTH
async def test_who_has_used_up_a_budget_is_told_which_and_until_when(stage: Stage) -> None:
    """Once; then there is the sign of a refusal. Others are answered, and orders cost nothing."""
    _bound(stage, {"person": {"tokens": 1000, "per": "day"}}, timezone="Asia/Shanghai")
    await stage.start()
    for text in ("one", "two", "three"):
        await stage.say(text)
    last = await stage.say("four")
    await stage.say("hello", **BO)
    await stage.heard("answer to hello")
    await stage.until_idle()
    await stage.say("status", control="status")
    await stage.heard("No message waits")
    said = "\n".join(await stage.bot_said())
    assert stage.agent.prompts == ["one", "hello"]
    limit = "(the limit is 1,000 tokens)"
    told = f"what I may use for Ada Admin today is used up {limit}. Ask me again from "
    assert said.count(told) == 1
    assert "00:00 (Asia/Shanghai, UTC+08:00) on." in said.partition(told)[2]
    ending = await result(stage, last)
    assert (ending["outcome"], ending["detail"]) == ("ignored", "budget person tokens")


async def test_every_ending_is_paid(stage: Stage) -> None:
    """An answer, a failure, each attempt that is tried again, a stop: all cost money."""
    _bound(stage, {"bot": {"tokens": 90_000, "usd": 5}, "room": {"usd": 4}, "person": {"usd": 3}})

    async def fail() -> str:
        raise AgentFailed("no")

    attempts = iter([AgentOverloaded("529"), None])

    async def flaky() -> str:
        if (error := next(attempts)) is not None:
            raise error
        return "at last"

    stage.agent.does.update(fail=fail, flaky=flaky)
    stage.agent.hold("long", "never said")
    await stage.start()
    for text in ("hello", "fail", "flaky", "long"):
        await stage.say(text)
    await stage.agent.until_asked("long")
    await stage.say("stop", control="stop")
    await stage.until_idle()
    used = await _used(stage)
    assert set(used) == {"bot", f"room{ROOM}", "person1"}
    for it in used.values():
        assert (it.spent["tokens"], it.spent["micro_usd"]) == (5000, 100_000)
        assert it.running == {"tokens": 0, "micro_usd": 0, "messages": 0}
        assert it.spent["messages"] == 4
    assert not await stage.redis.exists(stage.keys.budget_turns)


async def test_what_nobody_asked_for_counts_for_bot_and_room(stage: Stage) -> None:
    """A schedule's turn is no person's."""
    _bound(stage, {"bot": {"usd": 5}, "room": {"usd": 4}, "person": {"usd": 3}})
    await stage.start()
    message = stage.message("by the clock", "schedule-1", user_id=None)
    unasked = message.model_copy(update={"origin": "schedule", "about": "daily"})
    assert await stage.queue.accept(unasked) == "accepted"
    await stage.heard("answer to by the clock")
    await stage.until_idle()
    assert set(await _used(stage)) == {"bot", f"room{ROOM}"}


async def test_the_room_is_warned_once_in_a_budget_s_time(stage: Stage) -> None:
    """At its share, by a post of its own behind the answer."""
    _bound(stage, {"room": {"tokens": 10_000, "per": "month"}, "warn_at": 0.3})
    await stage.start()
    for number in range(5):
        await stage.say(f"{number}")
    await stage.until_idle()
    said = await stage.bot_said()
    warning = (
        "30% of what I may use in this room this month is used up (the limit is 10,000 tokens)."
    )
    assert [text.startswith(warning) for text in said] == [False] * 3 + [True] + [False] * 2


async def test_a_turn_ends_at_what_one_may_use(stage: Stage) -> None:
    """It is stopped while it runs, what there is is posted, and why is said."""
    _bound(stage, {"turn": {"tokens": 500}})
    stopped = []

    async def work() -> str:
        meter = stage.agent.meters[-1]
        meter.begins(lambda: stopped.append("stopped"))
        meter.uses(400, goes_on=True)
        assert not stopped
        meter.uses(200, goes_on=True)
        return "so far"

    stage.agent.does["work"] = work
    await stage.start()
    await stage.say("work")
    said = await stage.heard("so far")
    assert "one answer of mine may use 500 tokens" in said
    assert stopped == ["stopped"]


async def test_what_a_turn_may_use_is_that_of_all_its_attempts(stage: Stage) -> None:
    """One that is tried again has what the ones before it left."""
    _bound(stage, {"turn": {"tokens": 500}})
    stopped: list[str] = []
    attempts = iter([AgentOverloaded("529"), None])

    async def flaky() -> str:
        error, meter = next(attempts), stage.agent.meters[-1]
        meter.begins(lambda: stopped.append("again" if error is None else "first"))
        meter.uses(300, goes_on=True)
        if error is not None:
            raise error
        return "so far"

    stage.agent.does["flaky"] = flaky
    await stage.start()
    await stage.say("flaky")
    assert "one answer of mine may use 500 tokens" in await stage.heard("so far")
    assert stopped == ["again"]


async def test_a_message_is_as_long_as_what_is_read_of_it(stage: Stage) -> None:
    """The addresses behind its words are read too; that the bot is called is not."""
    _bound(stage, {"message": {"characters": 20}})
    await stage.start()
    sgid = base64.urlsafe_b64encode(b"gid://campfire/User/3").decode()
    call = f'<action-text-attachment sgid="{sgid}--1"></action-text-attachment>'
    link = f'<a href="https://example.com/{"x" * 500}">look</a>'
    await stage.say("look", html=f"<div>{call} {link}</div>")
    await stage.say("x" * 20, html=f"<div>{call} {'x' * 20}</div>")
    await stage.until_idle()
    assert len(stage.agent.prompts) == 1
    said = await stage.bot_said()
    assert "this message has 527 characters, and I read 20 at most." in said[0]


async def test_messages_are_counted_and_their_length_bounded(stage: Stage) -> None:
    """Both are told to whoever wrote them."""
    _bound(stage, {"person": {"messages": 2, "per": "hour"}, "message": {"characters": 20}})
    await stage.start()
    await stage.say("x" * 21)
    for text in ("one", "two", "three"):
        await stage.say(text)
    await stage.until_idle()
    assert stage.agent.prompts == ["one", "two"]
    long, *_, refused = await stage.bot_said()
    assert "Ada Admin: this message has 21 characters, and I read 20 at most." in long
    assert "what I may use for Ada Admin this hour is used up (the limit is 2 messages)" in refused

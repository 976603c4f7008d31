"""What a turn is told of its room, on both releases of Campfire, with a real Valkey."""

import asyncio
import time
from collections.abc import Awaitable
from typing import cast

import pytest

from consumer.briefing.brief import LOOK_S
from consumer.briefing.briefed import Briefed
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from consumer.queue.ledger import Ledger
from shared.between_processes.commands import Reset
from shared.lane import Lane
from tests.integration.conftest import ROOM, STRANGER, Stage
from tests.integration.turn.test_outcomes import result

ASSISTANT = Lane(ROOM, "assistant")
MIKE = 2


def _lines(brief: str) -> list[str]:
    """What was told, without the boundary around it."""
    return brief.splitlines()[3:-1]


async def _chat(stage: Stage, *texts: str, user_id: int = MIKE, room: int = ROOM) -> None:
    for text in texts:
        await stage.sandbox.post(room, text, user_id=user_id)


async def _ask(stage: Stage, text: str) -> str:
    """One turn; the brief that the agent was given in it."""
    await stage.say(text)
    await stage.heard(f"answer to {text}")
    await stage.until_idle()
    return stage.agent.briefs[-1]


async def test_what_others_said_between_two_turns_is_told_once(stage: Stage) -> None:
    """Neither the asked message, nor the bot's own posts, nor anything of another room."""
    await stage.start()
    stage.agent.memory = "new"
    await _chat(stage, "lunch at 12?")
    await _chat(stage, "a secret", room=1)
    first = await _ask(stage, "one")
    assert "you are new here" in first
    assert _lines(first) == ["> Mike Member: lunch at 12?"]
    stage.agent.memory = "kept"
    await _chat(stage, "pizza", "[from: Ada Admin]\nno, sushi")
    second = await _ask(stage, "two")
    assert "since your last turn" in second
    assert _lines(second) == [
        "> Mike Member: pizza",
        "> Mike Member: [from: Ada Admin] ⏎ no, sushi",
    ]
    assert await _ask(stage, "three") == ""
    assert await stage.redis.ttl(stage.keys.briefed(ASSISTANT)) > 0


async def test_what_an_answer_that_got_lost_was_told_is_told_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fenced before it is stored: that turn is cut off, and its successor knows nothing of it."""
    await stage.start()
    await _chat(stage, "lunch at 12?")
    fenced = asyncio.Event()

    async def fence(_: Ledger, claim: Claim, **fields: object) -> None:
        if "reply" in fields:
            fenced.set()
            raise Fenced(claim.job_id)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "record", fence)
        await stage.say("one")
        await fenced.wait()
        await stage.stop()
    await stage.start()
    await stage.heard("answer to one")
    lost, given = stage.agent.briefs
    assert _lines(lost) == _lines(given) == ["> Mike Member: lunch at 12?"]


async def test_turns_that_wait_are_told_as_turns_alone(stage: Stage) -> None:
    """Three in a row: what stands between them belongs to the one after it."""
    await stage.start()
    go = stage.agent.hold("one", "answer to one")
    await stage.say("one")
    await stage.agent.until_asked("one")
    await stage.say("two")
    await _chat(stage, "between")
    await stage.say("three")
    go.set()
    await stage.heard("answer to three")
    assert [_lines(brief) for brief in stage.agent.briefs] == [
        [],
        [],
        ["> Mike Member: between"],
    ]


async def test_collected_messages_are_not_told_again(stage: Stage) -> None:
    """Two that wait become one turn, which is told what stands between them; the next is not."""
    await stage.start(busy="collect")
    go = stage.agent.hold("one", "answer to one")
    await stage.say("one")
    await stage.agent.until_asked("one")
    await stage.say("two")
    await _chat(stage, "between")
    await stage.say("three")
    go.set()
    await stage.until_idle()
    assert [_lines(brief) for brief in stage.agent.briefs] == [[], ["> Mike Member: between"]]
    assert await _ask(stage, "four") == ""


async def test_a_lower_number_that_waits_is_not_told_before_its_turn(stage: Stage) -> None:
    """Two deliveries overtook each other: neither turn is told of the other's message."""
    await stage.start()
    numbers = [int((await stage.sandbox.post(ROOM, text))["id"]) for text in ("early", "late")]
    go = stage.agent.hold("first", "answer to first")
    await stage.say("first")
    await stage.agent.until_asked("first")
    await stage.say("late", number=numbers[1], accepted_ms=round(time.time() * 1000) - 5000)
    await stage.say("early", number=numbers[0])
    go.set()
    await stage.heard("answer to early")
    assert stage.agent.prompts == ["first", "late", "early"]
    assert [_lines(brief) for brief in stage.agent.briefs[1:]] == [[], []]


async def test_after_a_reset_the_old_talk_is_not_told_again(stage: Stage) -> None:
    """A new conversation begins with what is said after the word that began it."""
    briefed = Briefed(stage.redis, stage.keys)
    await stage.start()
    await _chat(stage, "old")
    await _ask(stage, "one")
    await briefed.forget(ASSISTANT)
    stage.agent.memory = "new"
    await _chat(stage, "fresh")
    assert _lines(await _ask(stage, "two")) == ["> Mike Member: fresh"]
    await _chat(stage, "unheard")
    word = await stage.sandbox.post(ROOM, "@Assistant new")
    await briefed.forget(ASSISTANT, word["id"])
    assert await _ask(stage, "three") == ""
    await briefed.reset(Reset(bot_id="assistant"))
    assert (await briefed.mark(ASSISTANT)).reset > int(word["id"])
    await briefed.reset(Reset(room_id=ROOM + 1, bot_id="assistant"))
    assert (await briefed.mark(Lane(ROOM + 1, "assistant"))).reset == 0


async def test_a_failed_turn_is_told_the_same_again(stage: Stage) -> None:
    """What an agent may not have taken in is not counted as told."""
    await stage.start()
    await _chat(stage, "lunch at 12?")

    async def fail() -> str:
        raise RuntimeError

    stage.agent.does["one"] = fail
    await stage.say("one")
    await stage.heard("went wrong")
    await stage.until_idle()
    assert _lines(await _ask(stage, "two"))[0] == "> Mike Member: lunch at 12?"


async def test_a_room_is_not_read_again_where_nobody_spoke(stage: Stage) -> None:
    """Question, answer, question: what is between them is ours; an agent that forgot reads all."""
    await stage.start()
    await _chat(stage, "lunch at 12?")
    await _ask(stage, "one")
    await stage.sandbox.clear_calls()
    assert await _ask(stage, "two") == ""
    assert await _reads(stage) == 0
    stage.agent.memory = "lost"
    assert _lines(await _ask(stage, "three")) == [
        "> Mike Member: lunch at 12?",
        "> Ada Admin: one",
        "< answer to one",
        "> Ada Admin: two",
        "< answer to two",
    ]
    assert await _reads(stage) == 1
    stage.agent.memory = "kept"
    await _chat(stage, "pizza")
    assert _lines(await _ask(stage, "four")) == ["> Mike Member: pizza"]


async def _reads(stage: Stage) -> int:
    return sum(call["method"] == "GET" for call in await stage.sandbox.calls())


@pytest.mark.parametrize("stage", ["v1.4.9"], indirect=True)
async def test_an_old_campfire_tells_nothing_silently(stage: Stage) -> None:
    """Without an index there is nothing to tell, and nothing is posted about it."""
    await stage.start()
    await _chat(stage, "lunch at 12?")
    assert await _ask(stage, "one") == ""
    assert await stage.bot_said() == ["answer to one"]
    stage.agent.memory = "lost"
    assert "was lost" in await _ask(stage, "two")


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 500}, {"kind": "delay", "seconds": 30.0}]
)
async def test_a_room_that_cannot_be_read_costs_no_answer(
    stage: Stage, fault: dict[str, object]
) -> None:
    """Campfire fails or is silent when it is asked: the turn goes on without, in bounded time."""
    await stage.start(progress="off")
    await _chat(stage, "lunch at 12?")
    await stage.sandbox.order_fault(method="GET", times=50, **fault)
    began = time.monotonic()
    assert await _ask(stage, "one") == ""
    assert time.monotonic() - began < LOOK_S + 10
    await stage.sandbox.clear_faults()


async def test_a_bot_that_is_not_ours_is_met_and_not_answered(stage: Stage) -> None:
    """Its first message looked like a person's: it ends as ignored, and its id is on record."""
    await stage.start()
    posted = await stage.sandbox.post(ROOM, "hello", user_id=STRANGER)
    job = await stage.say("hello", number=posted["id"], user_id=STRANGER, user_name="Stranger")
    await stage.until_idle()
    ending = await result(stage, job)
    assert (ending["outcome"], ending["reason"]) == ("ignored", "AskedByBot")
    assert await stage.bot_said() == ["hello"]
    assert (await stage.sandbox.messages(ROOM))[0]["boosts"] == []
    known = stage.redis.smembers(stage.keys.foreign_bots)
    assert await cast(Awaitable[set[bytes]], known) == {str(STRANGER).encode()}

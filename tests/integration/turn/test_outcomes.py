"""Every accepted message ends in exactly one outcome that somebody sees."""

import asyncio
import time

import pytest
from arq.jobs import Job, JobStatus

from consumer.agent import ServersMissing
from consumer.agent.errors import AgentOverloaded, AgentUnauthorized
from consumer.cage.bounds import Bound, CommandEnded
from consumer.mcp.board import Missing
from consumer.mcp.trouble import Trouble
from shared.audit import AuditTrail
from shared.catalogue import Language, catalogue
from shared.keys import plain
from shared.operating.dead_letters import DeadLetters
from shared.redis.wire import Cancelled, from_wire
from tests.conftest import eventually
from tests.integration.conftest import ROOM, Stage
from tests.patience import PATIENCE_S

V149 = pytest.mark.parametrize("stage", ["v1.4.9"], indirect=True)
BOTH = pytest.mark.parametrize("stage", ["main", "v1.4.9"], indirect=True)


async def result(stage: Stage, job_id: str) -> dict[str, object]:
    """How a message that is settled ended, as arq's result tells."""
    job = Job(job_id, stage.redis, stage.keys.queue, from_wire)
    assert await job.status() == JobStatus.complete
    info = await job.result_info()
    assert info is not None
    told = info.result
    outcome: dict[str, object] = told.args[0] if isinstance(told, Cancelled) else told
    return outcome


async def test_an_answer_is_posted_and_settled(stage: Stage) -> None:
    """The plain case: one answer in the room, `completed` in arq's result, without any text."""
    await stage.start()
    job_id = await stage.say("hello")
    assert await stage.heard("answer to hello")
    await stage.until_idle()
    ending = await result(stage, job_id)
    assert ending == {"outcome": "completed", "tier": "hot", "attempts": 1}
    assert await stage.bot_said() == ["answer to hello"]


async def test_an_answer_that_was_cut_off_says_so(stage: Stage) -> None:
    """The room is not left to believe that this was all."""
    stage.agent.cut = True
    await stage.start()
    await stage.say("hello")
    said = await stage.heard("answer to hello")
    assert said.endswith(catalogue("en").say("cut_off"))


async def test_a_server_that_is_down_is_told_to_the_room_once(stage: Stage) -> None:
    """Behind the first answer that had to do without it, not behind the next."""
    gone = Missing("tickets", Trouble.UNREACHABLE, since=1.0)
    stage.agent.events = [ServersMissing((gone,)), ServersMissing((gone,))]
    told = catalogue("en").say("server_missing.unreachable", server="tickets")
    await stage.start()
    await stage.say("hello")
    assert (await stage.heard("answer to hello")).count(told) == 1
    await stage.say("again")
    assert told not in await stage.heard("answer to again")


async def test_a_command_that_was_ended_is_told_once(stage: Stage) -> None:
    """After the answer, which stays as it is; two commands over the same bound are one sentence."""
    stage.agent.events = [
        CommandEnded(Bound.MEMORY, 200),
        CommandEnded(Bound.MEMORY, 200),
        CommandEnded(Bound.SECONDS, 2.5),
    ]
    await stage.start()
    await stage.say("hello")
    said = await stage.heard("answer to hello")
    sentences = catalogue("en")
    memory = sentences.say("command_ended.memory", most="200")
    assert said.split("answer to hello")[1].count(memory) == 1
    assert said.endswith(sentences.say("command_ended.seconds", most="2.5"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("bound", list(Bound))
def test_there_is_a_sentence_for_every_bound(language: Language, bound: Bound) -> None:
    """In both languages, with the number in it."""
    assert "17" in catalogue(language).say(f"command_ended.{bound}", most="17")


async def test_a_failure_is_told_in_a_sentence(stage: Stage) -> None:
    """An error of the agent's ends as its sentence in the room; the next message works."""

    async def fail() -> str:
        raise AgentUnauthorized("detail for the log", status=401)

    stage.agent.does["fail"] = fail
    await stage.start()
    job_id = await stage.say("fail")
    await stage.say("next")
    await stage.heard("answer to next")
    await stage.until_idle()
    assert (await stage.bot_said())[0] == catalogue("en").say("error.AgentUnauthorized")
    assert (await result(stage, job_id))["reason"] == "AgentUnauthorized"


async def test_a_bug_behind_the_answer_is_told_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that cannot be rendered ends as a failed turn's sentence, and the lane goes on."""

    def broken(*_: object, **__: object) -> tuple[str, ...]:
        raise ValueError("chat text")

    await stage.start()
    with monkeypatch.context() as patched:
        patched.setattr("consumer.turn.writing.written", broken)
        job_id = await stage.say("hello")
        await stage.heard(catalogue("en").say("failed"))
        await stage.until_idle()
    assert (await result(stage, job_id))["reason"] == "ValueError"
    await stage.say("next")
    await stage.heard("answer to next")


async def test_a_bot_that_is_gone_leaves_a_dead_letter(stage: Stage) -> None:
    """Its messages may still wait after a redeploy without it: kept, and nobody else is held up."""
    await stage.start()
    gone = [await stage.say(text, bot_id="retired") for text in ("one", "two")]
    await stage.say("hello")
    await stage.heard("answer to hello")
    await stage.until_idle()
    for job_id in gone:
        ending = await result(stage, job_id)
        assert (ending["outcome"], ending["reason"]) == ("dead", "bot_gone")
    assert await stage.bot_said() == ["answer to hello"]


async def test_an_answer_that_campfire_does_not_take_stands_in_the_audit(stage: Stage) -> None:
    """Once, with why; the turn itself was answered, and its own entry says so."""
    await stage.start()
    await stage.sandbox.order_fault(kind="status", status=422, path_ends="/messages", times=99)
    job_id = await stage.say("hello")
    await stage.until_idle()
    ending = await result(stage, job_id)
    noted = [it.entry for it in await AuditTrail(stage.redis, stage.keys).newest(50)]
    [told] = [it for it in noted if it.what == "undelivered"]
    assert (told.detail, told.job) == (ending["reason"], plain(job_id))
    assert ending["outcome"] == "dead"


async def test_a_bug_is_told_without_its_text(stage: Stage) -> None:
    """An exception nobody expected shows neither its words nor a trace in the room."""

    async def fail() -> str:
        raise ZeroDivisionError("secret detail")

    stage.agent.does["fail"] = fail
    await stage.start()
    await stage.say("fail")
    said = await stage.heard("Sorry")
    assert "secret" not in said
    assert "Zero" not in said


async def test_what_may_pass_is_tried_again(stage: Stage) -> None:
    """An overloaded model is asked again in the lane; the message behind waits its turn."""
    failures = [AgentOverloaded(status=529)]

    async def fail_once() -> str:
        if failures:
            raise failures.pop()
        return "at last"

    stage.agent.does["busy"] = fail_once
    await stage.start()
    await stage.say("busy")
    await stage.say("after")
    await stage.heard("answer to after")
    assert await stage.bot_said() == ["at last", "answer to after"]


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "drop"}])
async def test_campfire_that_stumbles_is_asked_again(
    stage: Stage, fault: dict[str, object]
) -> None:
    """A 503, or a connection cut before it was stored: one answer in the end."""
    await stage.sandbox.order_fault(**fault, times=2, method="POST", path_ends="/messages")
    await stage.start()
    await stage.say("hello")
    await stage.heard("answer to hello")
    await stage.until_idle()
    assert await stage.bot_said() == ["answer to hello"]


async def test_a_post_whose_answer_was_lost_is_looked_up(stage: Stage) -> None:
    """Stored, then the connection cut: with an index the answer is found, not posted again."""
    await stage.sandbox.order_fault(kind="drop", when="after", method="POST", path_ends="/messages")
    await stage.start()
    await stage.say("hello")
    await stage.until_idle()
    assert await stage.bot_said() == ["answer to hello"]


@V149
async def test_without_an_index_the_second_copy_is_labelled(stage: Stage) -> None:
    """On v1.4.9 nobody can look: the answer is posted again, and says that it may be a repeat."""
    await stage.sandbox.order_fault(kind="drop", when="after", method="POST", path_ends="/messages")
    await stage.start()
    await stage.say("hello")
    await stage.until_idle()
    first, second = await stage.bot_said()
    assert first == "answer to hello"
    assert "may be a repeat" in second
    assert "answer to hello" in second


async def test_the_same_words_twice_are_two_answers(stage: Stage) -> None:
    """An earlier answer with the same words is not taken for the one whose post was unclear."""

    async def ok() -> str:
        return "OK"

    let_go = asyncio.Event()

    async def wait() -> str:
        await let_go.wait()
        return "OK"

    stage.agent.does |= {"first": ok, "second": wait}
    await stage.start()
    await stage.say("first")
    await stage.say("second")  # its id is lower than that of the first answer
    await stage.heard("OK")
    await stage.agent.until_asked("second")
    await stage.sandbox.order_fault(
        kind="drop", when="before", times=1, method="POST", path_ends="/messages"
    )
    let_go.set()
    await stage.until_idle()
    assert await stage.bot_said() == ["OK", "OK"]


@BOTH
async def test_a_rotated_key_is_a_dead_letter(stage: Stage) -> None:
    """Campfire knows the key no more: no retry, the message is kept, the lane goes on."""
    await stage.sandbox.change_bot("assistant", token="rotatedrotat")
    await stage.start()
    job_id = await stage.say("hello")
    await stage.until_idle()
    letters = await DeadLetters(stage.redis, stage.keys).all()
    assert [(letter.job_id, letter.reason) for letter in letters] == [(job_id, "BadKey")]


async def test_a_dead_letter_can_be_requeued(stage: Stage) -> None:
    """Once the cause is mended the message gets its answer, though it is old by now."""
    await stage.sandbox.change_bot("assistant", token="rotatedrotat")
    await stage.start()
    job_id = await stage.say("hello")
    await stage.until_idle()
    await stage.sandbox.change_bot("assistant", token="52d8d3ea9c87")
    letters = DeadLetters(stage.redis, stage.keys)
    assert await letters.requeue(job_id, round(time.time() * 1000))
    await stage.heard("answer to hello")
    await stage.until_idle()
    assert await letters.all() == []
    assert not await letters.requeue(job_id, 0)


async def test_a_dropped_dead_letter_is_gone(stage: Stage) -> None:
    """Dropped is dropped; twice is harmless."""
    await stage.sandbox.remove_member(ROOM, 3)
    await stage.start()
    job_id = await stage.say("hello")
    await stage.until_idle()
    letters = DeadLetters(stage.redis, stage.keys)
    assert (await letters.all())[0].reason == "NotInRoom"
    assert await letters.drop(job_id)
    assert not await letters.drop(job_id)
    assert await letters.get(job_id) is None


async def test_old_messages_are_summed_up_in_one_sentence(stage: Stage) -> None:
    """After an outage a lane says once what it skipped; a fresh message is answered."""
    hour_ago = round((time.time() - 3600) * 1000)
    for number, person in enumerate(["Ada Admin", "Mike Member", "Ada Admin"]):
        at = hour_ago + 60_000 * number
        await stage.say(f"old {number}", accepted_ms=at, user_name=person)
    await stage.say("fresh")
    await stage.start()
    await stage.heard("answer to fresh")
    await stage.until_idle()
    skipped, fresh = await stage.bot_said()
    assert "3 messages of Ada Admin and Mike Member" in skipped
    assert "Mention me again" in skipped
    assert fresh == "answer to fresh"
    assert stage.agent.prompts == ["fresh"]


async def test_a_waiting_message_can_be_cancelled(stage: Stage) -> None:
    """What waits is settled at once and never runs; cancelling twice changes nothing."""
    let_go = stage.agent.hold("long", "done")
    await stage.start()
    await stage.say("long")
    waiting = await stage.say("never")
    await stage.agent.until_asked("long")
    await _cancel(stage, waiting)
    await _settled(stage, waiting)
    await _cancel(stage, waiting)
    let_go.set()
    await stage.heard("done")
    await stage.say("after")
    await stage.heard("answer to after")
    assert stage.agent.prompts == ["long", "after"]
    assert (await result(stage, waiting))["outcome"] == "cancelled"


async def test_a_running_turn_can_be_cancelled(stage: Stage) -> None:
    """The turn ends, the room is told, the next message runs, and the id kills nothing later."""

    async def wait() -> str:
        await asyncio.Event().wait()
        return "never"

    stage.agent.does["long"] = wait
    await stage.start()
    running = await stage.say("long")
    await stage.say("after")
    await stage.agent.until_asked("long")
    await _cancel(stage, running)
    await _cancel(stage, running)
    await stage.heard("answer to after")
    await stage.until_idle()
    assert await stage.bot_said() == ["Stopped, as asked.", "answer to after"]
    assert (await result(stage, running))["outcome"] == "cancelled"
    await _cancel(stage, running)
    await stage.say("later")
    await stage.heard("answer to later")


@pytest.mark.parametrize("stage", ["v1.4.9"], indirect=True)
async def test_who_waits_is_told_once(stage: Stage) -> None:
    """Three messages of one person behind a long turn, where no boost can say so: one sentence, to
    the next person another."""
    let_go = stage.agent.hold("long", "done")
    long_ago_ms = round(time.time() * 1000) - 61_000
    await stage.start()
    await stage.say("long", accepted_ms=long_ago_ms)
    for number in range(3):
        await stage.say(f"wait {number}", accepted_ms=long_ago_ms)
    await stage.say("other", user_id=2, user_name="Bo", accepted_ms=long_ago_ms)
    await stage.heard("Bo: this takes longer")
    let_go.set()
    await stage.heard("answer to other")
    await stage.until_idle()
    said = await stage.bot_said()
    told = [text for text in said if "takes longer" in text]
    assert [text.partition(":")[0] for text in told] == ["Ada Admin", "Bo"]


async def _cancel(stage: Stage, job_id: str) -> None:
    await stage.redis.rpush(stage.keys.commands, f'{{"cancel": "{job_id}"}}')  # type: ignore[misc]


async def _settled(stage: Stage, job_id: str) -> None:
    job = Job(job_id, stage.redis, stage.keys.queue, from_wire)
    async with asyncio.timeout(PATIENCE_S):
        while await job.status() != JobStatus.complete:
            await asyncio.sleep(0.01)


async def test_a_cancel_that_comes_after_the_turn_is_too_late(stage: Stage) -> None:
    """While the answer is on its way to the room a cancel changes nothing: one outcome."""
    await stage.sandbox.order_fault(kind="delay", seconds=1.5, method="POST", path_ends="/messages")
    await stage.start()
    job_id = await stage.say("hello")

    async def posting() -> bool:
        return bool(await stage.redis.hexists(stage.keys.message(job_id), "posting"))  # type: ignore[misc]

    await eventually(posting)
    await _cancel(stage, job_id)
    await stage.until_idle()
    assert await stage.bot_said() == ["answer to hello"]
    assert (await result(stage, job_id))["outcome"] == "completed"

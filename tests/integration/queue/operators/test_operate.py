"""The operator's commands, as processes."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from consumer.queue.claim import Claim
from shared.audit import AuditTrail, Which
from shared.between_processes.commands import Cancel, Drain, read
from shared.between_processes.service_status import ServiceStatus, ToolStatus
from shared.keys import Keys, plain
from tests.deliveries import inbound
from tests.integration.conftest import Operate
from tests.integration.queue.conftest import Bench, Consumer


async def _bury(consumer: Consumer, claim: Claim) -> str:
    await consumer.lanes.settle(claim, {"outcome": "dead", "reason": "crashed"}, dead=True)
    return "postponed"


async def test_dead_letters_are_listed_shown_requeued_in_order_and_dropped(
    bench: Bench, operate: Operate
) -> None:
    """Two requeued letters of one lane run in the order they were said in, before a later one."""
    undertaker = await bench.start(_bury, machine="a")
    await bench.lane(3)
    await undertaker.until(lambda: len(undertaker.started) == 3)
    undertaker.service.stop()
    await bench.stopped(undertaker)
    jobs = [bench.keys.job_id(inbound(number)) for number in (1, 2, 3)]

    code, listed = await operate("dead", "list")
    assert code == 0
    # Without the braces, which some shells and curl take for their own.
    assert [line.split()[0] for line in listed.splitlines()] == [plain(job) for job in jobs]
    assert "crashed: the consumer died three times while it ran  (starts: 1, failures: 0" in listed
    assert "message 1" not in listed

    code, shown = await operate("dead", "show", jobs[0])
    assert (code, shown.splitlines()[1]) == (0, "Ada Admin: message 1")

    assert (await operate("dead", "drop", jobs[2]))[0] == 0
    await bench.accept(inbound(9))
    await bench.accept(inbound(10))
    for job in (jobs[1], jobs[0]):
        assert (await operate("dead", "requeue", job))[0] == 0
    consumer = await bench.start(machine="a")
    await consumer.until_settled(4)
    # 9 was at the lane's head already; what is requeued goes before what was said later.
    assert consumer.settled == ["9", "1", "2", "10"]
    assert (await operate("dead", "list")) == (0, "there are no dead letters\n")


async def test_the_signs_of_a_dead_letter_are_known_to_its_next_life(
    bench: Bench, operate: Operate
) -> None:
    """They stand in the room still, and as its new end is not their end, they are not done."""
    warning = {"boosts": [{"id": 12345678901, "text": "⚠️"}]}

    async def bury(consumer: Consumer, claim: Claim) -> str:
        await consumer.lanes.ledger.record(claim, traces={**warning, "done": True})
        return await _bury(consumer, claim)

    undertaker = await bench.start(bury, machine="a")
    await bench.accept(inbound(1))
    await undertaker.until(lambda: len(undertaker.started) == 1)
    undertaker.service.stop()
    await bench.stopped(undertaker)
    assert (await operate("dead", "requeue", bench.keys.job_id(inbound(1))))[0] == 0
    known: list[dict[str, Any]] = []

    async def look(_: Consumer, claim: Claim) -> None:
        known.append(claim.traces)

    consumer = await bench.start(look, machine="a")
    await consumer.until_settled(1)
    assert known == [warning]


async def test_a_dead_letter_moves_no_cursor(bench: Bench, operate: Operate) -> None:
    """What somebody wrote to be obeyed by the operator's terminal is shown as escapes."""
    undertaker = await bench.start(_bury, machine="a")
    hostile = "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x9b31m"
    changes = {"text": f"see {hostile}", "user_name": f"Ada{hostile}"}
    message = inbound(1).model_copy(update=changes)
    await bench.accept(message)
    await undertaker.until(lambda: len(undertaker.started) == 1)
    undertaker.service.stop()
    await bench.stopped(undertaker)
    code, shown = await operate("dead", "show", bench.keys.job_id(message))
    escaped = "\\x1b]52;c;ZXZpbA==\\x07\\x1b[2J\\x9b31m"
    assert (code, shown.splitlines()[1]) == (0, f"Ada{escaped}: see {escaped}")


@pytest.mark.parametrize("act", ["show", "requeue", "drop"])
async def test_no_such_letter(operate: Operate, act: str) -> None:
    """A wrong id is said to be one, with a non-zero exit code."""
    code, said = await operate("dead", act, "nobody")
    assert (code, said) == (1, "there is no dead letter nobody\n")


async def test_cancel_asks_the_consumer(bench: Bench, operate: Operate, redis: Redis) -> None:
    """The word stands in the control list for the consumer to carry out; of what neither waits nor
    runs it is said that nothing is done."""
    code, said = await operate("cancel", "some-job")
    assert (code, said.partition(":")[0]) == (2, "no message some-job waits or runs")
    assert await redis.lrange(bench.keys.commands, 0, -1) == []  # type: ignore[misc]
    await bench.lane(1)
    job = plain(bench.keys.job_id(inbound(1)))
    assert await operate("cancel", job) == (0, f"asked the consumer to cancel {job}\n")
    [asked] = await redis.lrange(bench.keys.commands, 0, -1)  # type: ignore[misc]
    assert read(asked) == Cancel(job_id=job)
    await redis.delete(bench.keys.commands)


@pytest.mark.parametrize(
    "typed",
    [
        "pause bot:asistant",
        "reset --bot asistant",
        "stop 2 asistant",
        "budgets --bot asistant",
        "approvals list --bot asistant",
        "approvals show asistant 1",
        "members move 2 asistant",
        "link 2 asistant",
    ],
)
async def test_a_bot_that_no_file_has_is_doubted(typed: str, operate: Operate) -> None:
    """A slip of the pen would look like done; what is meant all the same is done."""
    _, said = await operate(*typed.split())
    assert "no bot file in bots has the id asistant" in said


async def test_the_tools_that_agents_called_are_told(
    redis: Redis, keys: Keys, operate: Operate
) -> None:
    """A line for each bot and tool, from the consumer's board; none where there is no board."""
    assert await operate("tools") == (0, "no tool was called since the consumers' start\n")
    search = ToolStatus(
        bot_id="ops", tool="mcp__campfire__search", calls=3, ok=2, failed=1, seconds=0.25
    )
    await redis.set(keys.session_stats, ServiceStatus(tools=(search,)).wire())
    line = "ops mcp__campfire__search calls=3 ok=2 failed=1 denied=0 interrupted=0 seconds=0.25"
    assert await operate("tools") == (0, f"{line}\n")


async def test_pause_and_resume(bench: Bench, operate: Operate) -> None:
    """Both say what they did; the pause is listed, a slip is none, and the audit has both."""
    assert await operate("pause", "bot:assistant") == (0, "paused bot:assistant\n")
    assert await operate("pause", "bot:assistant") == (0, "bot:assistant is paused already\n")
    _, listed = await operate("pause")
    assert listed.startswith("bot:assistant  since ")
    assert (await operate("pause", "everything"))[0] == 2
    assert await operate("resume", "bot:assistant") == (0, "resumed bot:assistant\n")
    assert await operate("pause") == (0, "nothing is paused\n")
    assert (await operate("resume", "bot:assistant"))[0] == 2
    entries = [it.entry async for it in AuditTrail(bench.redis, bench.keys).read(Which())]
    assert [(it.what, it.bot, it.detail) for it in entries][::2] == [
        ("operator_action", "assistant", "pause bot:assistant command"),
        ("operator_action", "assistant", "resume bot:assistant command"),
    ]


async def test_stop_cancels_what_runs(bench: Bench, operate: Operate) -> None:
    """By room and bot; where nothing runs it says so, also while something waits."""
    nothing = (2, "assistant is answering nothing in room 2\n")
    assert await operate("stop", "2", "assistant") == nothing
    forever = asyncio.Event()

    async def hang(consumer: Consumer, claim: Claim) -> None:
        await forever.wait()

    await bench.lane(1)
    assert (await operate("stop", "2", "assistant"))[0] == 2
    consumer = await bench.start(hang)
    await consumer.until(lambda: len(consumer.started) == 1)
    code, said = await operate("stop", "2", "assistant")
    assert (code, said) == (0, f"asked the consumer to cancel {bench.keys.prefix}:assistant:2:1\n")
    asked = await bench.redis.lrange(bench.keys.commands_of(consumer.member.name), 0, -1)  # type: ignore[misc]
    assert [read(wire) for wire in asked] == [Cancel(job_id=f"{bench.keys.prefix}:assistant:2:1")]


async def test_drain_lets_the_consumer_end(bench: Bench, operate: Operate) -> None:
    """It is asked to: what a consumer does then is its service's."""
    assert (await operate("drain"))[0] == 0
    [asked] = await bench.redis.lrange(bench.keys.commands, 0, -1)  # type: ignore[misc]
    assert read(asked) == Drain(asked_by="command")

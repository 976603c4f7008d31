"""arq-django-admin 0.3.4, the one arq dashboard that tells no untruth of this queue: shown."""

import asyncio
import json
from pathlib import Path

from consumer.queue.claim import Claim
from operate.launch.valkey import EmbeddedValkey
from shared.audit import NO_AUDIT
from shared.operating.actions import Actions
from shared.operating.pauses import Scope
from tests.conftest import eventually
from tests.integration.queue.conftest import POSTPONED, Bench, Consumer

ROOT = Path(__file__).parents[4]
PYTHON = ROOT / ".dashboard" / "bin" / "python"
"""Of the environment that `.ci/dashboard` makes of what its list locks: not ours."""
PAGES = ROOT / "tests" / "arq_django_admin" / "pages.py"
DIES, FAILS, AGAIN, RUNS = "3", "4", "5", "6"
MANY = [str(number) for number in range(1000, 1110)]
"""Answered before: they fill the first page of a list, which holds a hundred."""


async def act(consumer: Consumer, claim: Claim) -> str | None:
    """Each of these messages ends as its number says; the others are answered."""
    number = claim.message.message_id
    if number == DIES:
        await consumer.lanes.settle(claim, {"outcome": "dead", "reason": "crashed"}, dead=True)
        return POSTPONED
    if number == FAILS:
        await consumer.lanes.settle(claim, {"outcome": "failed", "reason": "refused"})
        return POSTPONED
    if number == AGAIN:
        await consumer.lanes.postpone(claim, delay_s=600, failed=True)
        return POSTPONED
    if number == RUNS:
        await asyncio.Event().wait()
    return None


Lists = dict[str, dict[str, list[str]]]


async def shown(valkey: EmbeddedValkey, bench: Bench) -> Lists:
    """Its pages, in its own environment: list → number of the message → function, status."""
    assert PYTHON.exists(), "arq-django-admin is not installed: `make dashboard`"
    process = await asyncio.create_subprocess_exec(
        *(PYTHON, "-I", PAGES, valkey.url, bench.keys.queue), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    told: Lists = json.loads(out)
    return {
        name: {job.rpartition(":")[2]: row for job, row in rows.items() if _is_ours(bench, job)}
        for name, rows in told.items()
    }


def _result(bench: Bench, consumer: Consumer, number: str) -> str:
    (job,) = {one.job_id for one in consumer.started if one.message.message_id == number}
    return bench.keys.result(job)


def _is_ours(bench: Bench, job: str) -> bool:
    return job.startswith(bench.keys.tag)


async def test_every_state_is_shown_as_it_is(bench: Bench, valkey: EmbeddedValkey) -> None:
    """Answered, dead, failed, tried again, running, waiting behind another, and paused."""
    await Actions(bench.redis, bench.keys, NO_AUDIT, via="command").pause(Scope(room_id=8))
    consumer = await bench.start(act, most_turns=2)
    await bench.lane(len(MANY), room_id=9, first=int(MANY[0]))
    await consumer.until_settled(len(MANY))
    await bench.lane(2, room_id=2, first=1)
    for number in (DIES, FAILS, AGAIN, RUNS):
        await bench.lane(1, room_id=int(number), first=int(number))
    await bench.lane(1, room_id=int(RUNS), first=7)
    await bench.lane(1, room_id=8, first=8)
    await consumer.until(lambda: len(consumer.started) == len(MANY) + 6)

    ended = [_result(bench, consumer, number) for number in ("1", "2", DIES, FAILS)]

    async def settled() -> bool:
        return int(await bench.redis.exists(bench.keys.held, *ended)) == 5

    await eventually(settled)
    found = await shown(valkey, bench)
    rows = found["all"].items()
    states = {number: status.removeprefix("JobStatus.") for number, (_, status) in rows}
    assert states == {
        **dict.fromkeys(("1", "2", DIES, FAILS, *MANY), "complete"),
        **dict.fromkeys((AGAIN, "7", "8"), "deferred"),
        RUNS: "in_progress",
    }
    assert {function for function, _ in found["all"].values()} == {"answer"}
    assert found["running"].keys() == {RUNS}
    assert found["deferred"].keys() == {AGAIN, "7", "8"}
    assert found["queued"].keys() == set()


async def test_what_may_begin_is_queued(bench: Bench, valkey: EmbeddedValkey) -> None:
    """Without a consumer: the head of a lane is queued, the one behind it deferred."""
    await bench.lane(2)
    found = await shown(valkey, bench)
    assert found["queued"].keys() == {"1"}
    assert found["deferred"].keys() == {"2"}

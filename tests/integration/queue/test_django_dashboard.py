"""arq-django-admin 0.3.4, the one arq dashboard that tells no untruth of this queue: shown."""

import asyncio
import json
import sys
from pathlib import Path

from consumer.queue.claim import Claim
from operate.launch.valkey import EmbeddedValkey
from shared.audit import NO_AUDIT
from shared.operating.actions import Actions
from shared.operating.pauses import Scope
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.integration.queue.conftest import POSTPONED, Bench, Consumer

ROOT = Path(__file__).parents[3]
DIES, FAILS, AGAIN, RUNS = "3", "4", "5", "6"


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


async def shown(valkey: EmbeddedValkey, queue: str) -> dict[str, list[object]]:
    """What its pages list."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.queue.django_dashboard", valkey.url, queue),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    told: dict[str, list[object]] = json.loads(out)
    return told


async def test_every_state_is_shown_as_it_is(bench: Bench, valkey: EmbeddedValkey) -> None:
    """Answered, dead, failed, tried again, running, waiting behind another, and paused."""
    await Actions(bench.redis, bench.keys, NO_AUDIT, via="command").pause(Scope(room_id=8))
    consumer = await bench.start(act, max_turns=2)
    await bench.lane(2, room_id=2, first=1)
    for number in (DIES, FAILS, AGAIN, RUNS):
        await bench.lane(1, room_id=int(number), first=int(number))
    await bench.lane(1, room_id=int(RUNS), first=7)
    await bench.lane(1, room_id=8, first=8)
    await consumer.until(lambda: len(consumer.started) == 6)

    async def held() -> bool:
        return bool(await bench.redis.exists(bench.keys.held))

    await eventually(held)
    found = await shown(valkey, bench.keys.queue)
    ours = {job: row for job, row in found.items() if job.startswith(bench.keys.tag)}
    states = {int(job.rpartition(":")[2]): str(row[0]) for job, row in ours.items()}
    assert states == {
        1: "complete",
        2: "complete",
        3: "complete",
        4: "complete",
        5: "deferred",
        6: "in_progress",
        7: "deferred",
        8: "deferred",
    }
    assert ours[bench.keys.job_id(inbound(7, room_id=6))][1:] == ["answer", [6, "assistant", "7"]]


async def test_what_may_begin_is_queued(bench: Bench, valkey: EmbeddedValkey) -> None:
    """Without a consumer: the head of a lane is queued, the one behind it deferred."""
    await bench.lane(2)
    found = await shown(valkey, bench.keys.queue)
    assert found[bench.keys.job_id(inbound(1))][0] == "queued"
    assert found[bench.keys.job_id(inbound(2))][0] == "deferred"

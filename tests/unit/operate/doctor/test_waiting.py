"""When a service runs, and what has come for a bot: by what its processes tell in Redis."""

import asyncio
import time

import pytest
from fakeredis import FakeAsyncRedis

from operate.doctor.waiting import Watch, is_served
from shared.between_processes.process_state import ProcessState
from shared.between_processes.web_state import WebState
from shared.keys import Keys
from shared.operating.bots import Refusal
from shared.operating.machines import ConsumerRow, Machines
from shared.operating.messages import Message

WEB = WebState(at_ms=1, process=ProcessState(pid=7))
KEYS = Keys("t")
ALIVE = ConsumerRow(name="a", lease_s=8.0)


@pytest.mark.parametrize(
    ("found", "served"),
    [
        (Machines(), False),
        (Machines(webs=(WEB,)), False),
        (Machines(consumers=(ALIVE,)), False),
        (Machines(webs=(WEB,), consumers=(ConsumerRow(name="a"),)), False),
        (Machines(webs=(WEB,), consumers=(ALIVE.model_copy(update={"draining": True}),)), False),
        (Machines(webs=(WEB,), consumers=(ALIVE,)), True),
    ],
)
def test_a_service_runs_when_calls_are_taken_and_answered(found: Machines, served: bool) -> None:
    """Redis alone, a web process alone or a consumer that is about to end answers nobody."""
    assert is_served(found) is served


class Told:
    """Redis as the web process writes to it, whose clock is behind by up to a second."""

    def __init__(self) -> None:
        self.redis = FakeAsyncRedis()

    async def call(self, ago_ms: int) -> None:
        await self.redis.hset(KEYS.deliveries, "ops", str(self._at(ago_ms)))  # type: ignore[misc]

    async def refusal(self, ago_ms: int) -> None:
        refusal = Refusal(at_ms=self._at(ago_ms), status=401)
        await self.redis.hset(KEYS.refusals, "ops", refusal.model_dump_json())  # type: ignore[misc]

    async def end(self, number: int, ago_ms: int) -> None:
        job, at_ms = KEYS.named("ops", 2, number), self._at(ago_ms)
        row = Message(job=job, bot_id="ops", message_id=str(number), accepted_ms=at_ms)
        await self.redis.zadd(KEYS.ended, {job: at_ms})
        await self.redis.hset(KEYS.ended_messages, job, row.model_dump_json())  # type: ignore[misc]

    def _at(self, ago_ms: int) -> int:
        return time.time_ns() // 1_000_000 - ago_ms


async def test_what_came_right_before_is_not_what_is_waited_for() -> None:
    """A call, a refusal and a message of a moment ago are somebody else's."""
    told = Told()
    await told.call(ago_ms=900)
    await told.refusal(ago_ms=800)
    await told.end(1, ago_ms=900)
    watch = await Watch.begin(told.redis, KEYS, "ops")
    calls, messages = asyncio.create_task(watch.call()), asyncio.create_task(watch.first())
    done, _ = await asyncio.wait({calls, messages}, timeout=0.7)  # past a second look
    assert not done
    await told.end(2, ago_ms=1_000)
    await told.call(ago_ms=1_000)  # by a clock that is late
    async with asyncio.timeout(5):
        assert await calls == watch.since_ms
        assert (await messages).message_id == "2"


async def test_a_call_that_is_turned_away_is_told() -> None:
    """Also where one was before it."""
    told = Told()
    await told.refusal(ago_ms=800)
    watch = await Watch.begin(told.redis, KEYS, "ops")
    await told.refusal(ago_ms=100)
    async with asyncio.timeout(5):
        assert isinstance(await watch.call(), Refusal)

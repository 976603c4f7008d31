"""The broadcast on a real Valkey: in order, once, under the lease, through outages."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from consumer.agent.events import Started, TextDelta, Tier, ToolStarted
from consumer.ending_tasks import cancel_until_done
from consumer.live.broadcast import Broadcast
from consumer.queue.claim import Claim
from operate.launch.valkey import EmbeddedValkey
from shared.inbound import InboundMessage
from shared.keys import Keys, plain
from shared.lane import Lane
from shared.redis.client import redis_client
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.membership import join, leave_all
from tests.patience import PATIENCE_S

ME = "this consumer"
LANE = inbound().lane


@pytest.fixture
async def broadcast(redis: Redis, keys: Keys) -> AsyncIterator[Broadcast]:
    """One that runs, and owns the queue."""
    await join(redis, keys, ME)
    broadcast = Broadcast(redis, keys, ME)
    running = asyncio.create_task(broadcast.run())
    yield broadcast
    await cancel_until_done([running], "end of test", again_s=0.2)
    await leave_all(redis, keys)


def claim_of(keys: Keys, message: InboundMessage | None = None) -> Claim:
    """A message that is claimed, as far as a broadcast looks at it."""
    said = message or inbound()
    return Claim(job_id=keys.job_id(said), token="1", message=said, claimed_ms=1, starts=1)


async def stream(redis: Redis, keys: Keys, lane: Lane = LANE) -> list[dict[str, Any]]:
    """What stands in a lane's stream."""
    entries = await redis.xrange(keys.events(lane))
    events = [json.loads(fields[b"event"]) for _, fields in entries]
    assert [fields[b"kind"].decode() for _, fields in entries] == [e["kind"] for e in events]
    return events


async def until_settled(redis: Redis, keys: Keys, lane: Lane = LANE) -> list[dict[str, Any]]:
    """The stream once its last event is the end of a message."""

    async def found() -> list[dict[str, Any]]:
        events = await stream(redis, keys, lane)
        return events if events and events[-1]["kind"] == "settled" else []

    return list(await eventually(found))


async def test_a_turn_s_events_stand_in_its_lane_s_stream_in_order(
    broadcast: Broadcast, redis: Redis, keys: Keys
) -> None:
    """Joined deltas, then what was posted and the end, in the stream of this lane alone."""
    other = inbound(room_id=9)
    turn = broadcast.turn(claim_of(keys))
    turn.note(Started(Tier.HOT, 1))
    for letter in "answer":
        turn.note(TextDelta(letter))
    turn.note(ToolStarted("t", "Read"))
    turn.posted("77", 1, 2)
    turn.settled("completed", tier="hot")
    broadcast.turn(claim_of(keys, other)).settled("cancelled")
    events = await until_settled(redis, keys)
    assert [event["kind"] for event in events] == [
        "started",
        "text_delta",
        "tool_started",
        "posted",
        "settled",
    ]
    assert events[1]["text"] == "answer"
    assert (events[3]["post"], events[3]["part"], events[3]["parts"]) == ("77", 1, 2)
    assert {event["job"] for event in events} == {plain(keys.job_id(inbound()))}
    assert len(await until_settled(redis, keys, other.lane)) == 1


async def test_a_stream_is_bounded_and_expires(
    broadcast: Broadcast, redis: Redis, keys: Keys
) -> None:
    """Thousands of events leave about a thousand, which are gone an hour later."""
    turn = broadcast.turn(claim_of(keys))
    for number in range(2500):
        turn.note(ToolStarted(str(number), "Read"))
        if number % 50 == 0:
            await asyncio.sleep(0)
            await eventually(lambda: drained(broadcast))
    turn.settled("completed")
    events = await until_settled(redis, keys)
    assert len(events) <= 1100
    assert 3000 < await redis.ttl(keys.events(LANE)) <= 3600


async def drained(broadcast: Broadcast) -> bool:
    return not broadcast._lanes


async def test_a_consumer_that_lost_its_lease_writes_nothing(
    broadcast: Broadcast, redis: Redis, keys: Keys
) -> None:
    """I2 holds for the stream: a stopped consumer that wakes up later adds no word."""
    await leave_all(redis, keys)
    await join(redis, keys, "its successor")
    broadcast.turn(claim_of(keys)).note(TextDelta("late"))
    await eventually(lambda: drained(broadcast))
    assert await stream(redis, keys) == []


async def test_a_batch_whose_answer_was_lost_is_written_once(
    broadcast: Broadcast, redis: Redis, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis did it and the connection broke: the repeat finds it there."""
    real, broken = Pipeline.execute, [True]

    async def execute(pipe: Any, *args: Any, **options: Any) -> Any:
        answers = await real(pipe, *args, **options)
        if broken:
            broken.clear()
            raise RedisError("the answer was lost")
        return answers

    monkeypatch.setattr(Pipeline, "execute", execute)
    turn = broadcast.turn(claim_of(keys))
    turn.note(TextDelta("once"))
    await eventually(lambda: drained(broadcast))
    turn.settled("completed")
    events = await until_settled(redis, keys)
    assert [event["kind"] for event in events] == ["text_delta", "settled"]


async def test_an_outage_costs_the_turn_nothing_and_the_watchers_only_text(
    tmp_path: Path, keys: Keys
) -> None:
    """Told while Redis is dead, it stands there when Redis is back, with the end of the turn."""
    with EmbeddedValkey(tmp_path / "valkey", appendfsync="always") as valkey:
        redis = redis_client(valkey.url)
        await join(redis, keys, ME)
        broadcast = Broadcast(redis, keys, ME)
        running = asyncio.create_task(broadcast.run())
        turn = broadcast.turn(claim_of(keys))
        turn.note(Started(Tier.HOT, 1))
        await eventually(lambda: drained(broadcast))
        valkey.kill()
        for _ in range(1000):
            turn.note(TextDelta("x" * 1000))
        turn.settled("completed")
        valkey.start()
        watcher = redis_client(valkey.url)  # the other one's connections broke with the server
        events = await until_settled(watcher, keys)
        await watcher.aclose()
        assert [events[0]["kind"], events[1]["kind"], events[-2]["kind"]] == [
            "started",
            "gap",
            "text_delta",
        ]
        await cancel_until_done([running], "end of test", again_s=0.2)
        await redis.aclose()


async def test_what_was_told_just_before_a_drain_is_written(
    redis: Redis, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the last turn reaches its watchers although the consumer goes."""
    monkeypatch.setattr("consumer.live.broadcast.LAST_S", PATIENCE_S)  # a slow machine is no loss
    await join(redis, keys, ME)
    broadcast = Broadcast(redis, keys, ME)
    running = asyncio.create_task(broadcast.run())
    turn = broadcast.turn(claim_of(keys))
    turn.note(Started(Tier.HOT, 1))
    await eventually(lambda: drained(broadcast))
    turn.settled("completed")
    await cancel_until_done([running], "drain", again_s=PATIENCE_S)
    assert [event["kind"] for event in await stream(redis, keys)] == ["started", "settled"]

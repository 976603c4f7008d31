"""What commit 5d7280d left is there, whole, under today's names: Redis, records, spool."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from consumer.archive.disk_records import DiskRecords
from consumer.archive.transcripts import transcript_files
from consumer.upgrade import upgrade
from consumer.upgrade.names import of_today
from consumer.upgrade.upgrade import Upgrade
from ingress.intake.spool import Spool
from operate.launch.valkey import EmbeddedValkey
from shared.acceptance.queue import RedisQueue
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.keys.format_1 import Format1
from shared.operating.dead_letters import DeadLetters
from shared.redis.client import redis_client
from shared.redis.format import Format, OlderFormat
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.fixtures.release_5d7280d import release

KEYS = Keys(release.PREFIX)
OLD = Format1(release.PREFIX)


@pytest.fixture
async def data_dir(tmp_path: Path) -> Path:
    """The old DATA_DIR."""
    await release.restore(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
async def old_redis(data_dir: Path) -> AsyncIterator[Redis]:
    """A server of today's over the old one's data; the old consumer's lease has lapsed."""
    with EmbeddedValkey(data_dir / "valkey") as valkey:
        redis = redis_client(valkey.url)
        await redis.delete(OLD.lease)
        yield redis
        await redis.aclose()


@pytest.fixture
async def upgraded(old_redis: Redis) -> Redis:
    """The same, carried over."""
    await Upgrade(old_redis, KEYS).run()
    return old_redis


async def test_the_lanes_hold_what_waited(upgraded: Any) -> None:
    """Each message of each lane is there, readable, with arq's record of it."""
    lanes = {
        key.decode().removeprefix(KEYS.lane_prefix): [
            job_id.decode() for job_id in await upgraded.lrange(key, 0, -1)
        ]
        async for key in upgraded.scan_iter(f"{KEYS.lane_prefix}*")
    }
    assert {lane: len(job_ids) for lane, job_ids in lanes.items()} == release.LANES
    for lane, job_ids in lanes.items():
        for job_id in job_ids:
            body = await upgraded.hget(KEYS.message(job_id), "body")
            assert str(InboundMessage.model_validate_json(body).line) == lane
            assert await upgraded.exists(KEYS.job(job_id)), job_id
            assert await upgraded.zscore(KEYS.queue, job_id) is not None, job_id


async def test_two_messages_are_claimed_by_a_worker_that_is_gone(upgraded: Any) -> None:
    """Of one the answer is stored."""
    assert {each.decode() for each in await upgraded.smembers(KEYS.running)} == {*release.RUNNING}
    unanswered, answered = [await upgraded.hgetall(KEYS.message(job)) for job in release.RUNNING]
    assert b"reply" in answered
    assert b"reply" not in unanswered


async def test_the_dead_letters_are_readable(upgraded: Any) -> None:
    """Each with its message and why it died, the oldest first."""
    letters = await DeadLetters(upgraded, KEYS).all()
    assert tuple(letter.job_id for letter in letters) == release.DEAD
    assert [letter.reason for letter in letters] == ["NotInRoom", "crashed"]
    assert all(letter.message is not None for letter in letters)


async def test_the_sessions_have_their_records_and_transcripts(data_dir: Path) -> None:
    """Every lane that was answered can be resumed where it ended."""
    records = await DiskRecords(data_dir / "session_cache").all()
    turns = {(record.lane.room_id, record.lane.bot_id): record.turns for record in records}
    assert turns == release.SESSIONS
    for record in records:
        [transcript] = transcript_files(data_dir / "claude", record.session_id)
        assert record.last_entry is not None
        assert record.last_entry in transcript.read_text(encoding="utf-8")


async def test_the_spool_is_in_order(data_dir: Path) -> None:
    """What was accepted while Redis was away is on disk."""
    spooled = Spool(data_dir / "spool" / release.PREFIX).peek(10)
    found = tuple((message.bot_id, message.room_id) for _, message in spooled)
    assert found == release.SPOOLED


async def test_nothing_is_left_under_an_old_name(upgraded: Redis) -> None:
    """But who owns the old queue: a consumer of that release would stand by for ever."""
    assert await old_names(upgraded) == []
    assert await upgraded.get(OLD.lease) == upgrade.STANDS_BY.encode()
    assert await upgraded.pttl(OLD.lease) == -1
    assert await upgraded.zcard(OLD.queue) == 0


async def test_every_key_has_its_name_and_its_time_left(old_redis: Redis) -> None:
    """None is lost, none lives for ever that did not; a consumer's signs of life are not kept."""
    before = {name: await old_redis.pttl(name) for name in await old_names(old_redis)}
    await Upgrade(old_redis, KEYS).run()
    carried = {new: left for name, left in before.items() if (new := of_today(name, KEYS))}
    assert len(carried) > 80
    for name, left in carried.items():
        assert await old_redis.exists(name), name
        now = await old_redis.pttl(name)
        assert now == left == -1 or left - 60_000 < now <= left, name
    gone = {name for name in before if of_today(name, KEYS) is None}
    assert {name.split(":")[1] for name in gone if name.startswith("campfire:")} <= {
        *("wake", "heartbeat", "sessions", "ready", "events-wake", "control-lines", "outcome")
    }


async def test_what_a_stored_reply_names_is_renamed(old_redis: Any) -> None:
    """The messages that a reply ends, and those that a `stop` found, are job ids too."""
    job = "campfire:technical_assistant:14:22"
    reply = json.loads(await old_redis.hget(OLD.message(job), "reply"))
    reply["skipped"] = ["campfire:technical_assistant:14:23"]
    stopping = [["campfire:assistant:13:21", "campfire:Ada"]]
    fields = {"reply": json.dumps(reply), "stopping": json.dumps(stopping)}
    await old_redis.hset(OLD.message(job), mapping=fields)
    await Upgrade(old_redis, KEYS).run()
    stored = await old_redis.hgetall(KEYS.message(KEYS.stored(job)))
    assert json.loads(stored[b"reply"]) == {
        **reply,
        "skipped": ["{campfire}:technical_assistant:14:23"],
    }
    assert json.loads(stored[b"stopping"]) == [["{campfire}:assistant:13:21", "campfire:Ada"]]


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 8])
async def test_an_upgrade_that_ended_in_the_middle_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """Wherever it ended, the next one leaves what one alone would have left."""
    whole, interrupted = [tmp_path / "whole", tmp_path / "interrupted"]
    async with served(whole) as redis:
        await Upgrade(redis, KEYS).run()
        expected = await everything(redis)
    async with served(interrupted) as redis:
        passes = iter(range(1, 1000))

        def end_in_the_middle(step: str) -> None:
            if next(passes) == steps:
                raise KeyboardInterrupt(step)

        monkeypatch.setattr(upgrade, "reached", end_in_the_middle)
        with pytest.raises(KeyboardInterrupt):
            await Upgrade(redis, KEYS).run()
        monkeypatch.undo()
        with pytest.raises(OlderFormat):
            await Format(redis, KEYS).check()
        await Upgrade(redis, KEYS).run()
        assert await everything(redis) == expected


async def test_it_waits_for_the_older_consumer(old_redis: Redis) -> None:
    """Two owners of one queue would answer twice: as long as the older one beats, nothing moves."""
    await old_redis.set(OLD.lease, "older", px=600)
    began = time.monotonic()
    await Upgrade(old_redis, KEYS).run()
    assert time.monotonic() - began > 0.5


async def test_what_an_older_ingress_accepts_later_is_carried_over_too(
    upgraded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one release's web process replaces the other's, both accept."""
    monkeypatch.setattr(upgrade, "LOOK_AGAIN_S", 0.01)
    message = inbound(9001, room_id=2)
    job, line = f"campfire:{message.bot_id}:2:9001", str(message.line)
    before = await upgraded.lrange(KEYS.lane(message.line), 0, -1)
    stored = {"lane": line, "body": message.model_dump_json(), "number": 9001, "accepted": 1}
    await upgraded.hset(OLD.message(job), mapping=stored)
    await upgraded.set(f"arq:job:{job}", "{}")
    await upgraded.rpush(f"{OLD.lane_prefix}{line}", job)
    await upgraded.zadd(OLD.queue, {job: 1})
    await upgraded.sadd(OLD.signs[0], line)
    keeping = asyncio.create_task(Upgrade(upgraded, KEYS).keep())

    async def is_carried() -> bool:
        return not await upgraded.exists(*OLD.signs)

    await eventually(is_carried)
    keeping.cancel()
    today = KEYS.stored(job).encode()
    assert await upgraded.lrange(KEYS.lane(message.line), 0, -1) == [*before, today]
    assert await upgraded.hget(KEYS.message(today.decode()), "number") == b"9001"
    assert await upgraded.zscore(KEYS.queue, today) == 1


async def test_an_ingress_that_is_started_first_stores_nothing(old_redis: Any) -> None:
    """Its messages wait on disk: what it put under today's names would overtake what waits."""
    before = await everything(old_redis)
    with pytest.raises(OlderFormat):
        await RedisQueue(old_redis, KEYS).accept(inbound(9001))
    assert await everything(old_redis) == before
    await Upgrade(old_redis, KEYS).run()
    assert await RedisQueue(old_redis, KEYS).accept(inbound(9001)) == "accepted"


PATTERNS = ("campfire:*", "arq:*:campfire:*")


async def old_names(redis: Redis) -> list[str]:
    """Every key of the older release, but the lease."""
    found = set[str]()
    for pattern in PATTERNS:
        found |= {name.decode() async for name in redis.scan_iter(pattern)}
    return sorted(found - {OLD.lease})


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Redis]:
    """A server over what the older release left, in a folder of its own."""
    await release.restore(folder)
    with EmbeddedValkey(folder / "valkey") as valkey:
        redis = redis_client(valkey.url)
        await redis.delete(OLD.lease)
        yield redis
        await redis.aclose()


async def everything(redis: Any) -> dict[bytes, Any]:
    """Every key with what it holds."""
    read = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"set": redis.smembers,
        b"list": lambda name: redis.lrange(name, 0, -1),
        b"zset": lambda name: redis.zrange(name, 0, -1, withscores=True),
        b"stream": redis.xrange,
    }
    return {name: await read[await redis.type(name)](name) async for name in redis.scan_iter("*")}

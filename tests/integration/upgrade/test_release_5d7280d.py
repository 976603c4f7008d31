"""What commit 5d7280d left is there, whole, under today's code: Redis, records, spool."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from consumer.queue.dead_letters import DeadLetters
from consumer.sessions.archive.disk_records import DiskRecords
from consumer.sessions.archive.transcripts import transcript_files
from ingress.spool import Spool
from operate.launch.valkey import EmbeddedValkey
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.redis_client import redis_client
from tests.fixtures.release_5d7280d import release

KEYS = Keys(release.PREFIX)


@pytest.fixture
async def data_dir(tmp_path: Path) -> Path:
    """The old DATA_DIR."""
    await release.restore(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
async def old_redis(data_dir: Path) -> AsyncIterator[Redis]:
    """A server of today's over the old one's data."""
    with EmbeddedValkey(data_dir / "valkey") as valkey:
        redis = redis_client(valkey.url)
        yield redis
        await redis.aclose()


async def test_the_lanes_hold_what_waited(old_redis: Any) -> None:
    """Each message of each lane is there, readable, with arq's record of it."""
    lanes = {
        key.decode().removeprefix(KEYS.lane_prefix): [
            job_id.decode() for job_id in await old_redis.lrange(key, 0, -1)
        ]
        async for key in old_redis.scan_iter(f"{KEYS.lane_prefix}*")
    }
    assert {lane: len(job_ids) for lane, job_ids in lanes.items()} == release.LANES
    for lane, job_ids in lanes.items():
        for job_id in job_ids:
            body = await old_redis.hget(KEYS.message(job_id), "body")
            assert str(InboundMessage.model_validate_json(body).line) == lane
            assert await old_redis.exists(KEYS.job(job_id)), job_id
            assert await old_redis.zscore(KEYS.queue, job_id) is not None, job_id


async def test_two_messages_are_claimed_by_a_worker_that_is_gone(old_redis: Any) -> None:
    """Of one the answer is stored; the lease has as long left as it had."""
    assert {each.decode() for each in await old_redis.smembers(KEYS.running)} == {*release.RUNNING}
    unanswered, answered = [await old_redis.hgetall(KEYS.message(job)) for job in release.RUNNING]
    assert b"reply" in answered
    assert b"reply" not in unanswered
    assert 0 < await old_redis.pttl(KEYS.lease) < 10_000


async def test_the_dead_letters_are_readable(old_redis: Any) -> None:
    """Each with its message and why it died, the oldest first."""
    letters = await DeadLetters(old_redis, KEYS).all()
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

"""Records and transcripts in a real Redis; a lane that moves between machines."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from claude_agent_sdk.testing import run_session_store_conformance
from redis.asyncio import Redis
from structlog.testing import capture_logs

from consumer.agent import SessionSettings, Tier
from consumer.agent.errors import Superseded
from consumer.archive.records import SessionRecords
from consumer.archive.redis_index import LaneIndex
from consumer.archive.redis_records import RedisRecords
from consumer.archive.redis_transcripts import MOST_BYTES, RedisTranscripts
from consumer.archive.transcripts import Copies, DiskTranscripts
from consumer.claude.client import claude_clients
from consumer.sessions import SessionManager
from sandbox.model.server import ModelServer
from shared.keys import Keys
from shared.lane import Lane
from tests.fakes.records_conformance import LANE as RECORD_LANE
from tests.fakes.records_conformance import RECORD, RecordsConformance
from tests.integration.sessions.conftest import BOT, LANE
from tests.patience import PATIENCE_S
from tests.redis_calls import calls

DAY = timedelta(days=1)


class TestRedisRecords(RecordsConformance):
    @pytest.fixture
    def records(self, redis: Redis, keys: Keys) -> SessionRecords:
        return RedisRecords(redis, keys, lambda _: DAY)

    async def test_a_record_expires(self, redis: Redis, keys: Keys) -> None:
        """Redis itself forgets a lane that nobody used for the TTL; the index follows."""
        records = RedisRecords(redis, keys, lambda _: timedelta(milliseconds=1500))
        await records.save(RECORD, await records.own(RECORD_LANE))
        assert await redis.pttl(keys.session(RECORD_LANE)) > 0
        await redis.delete(keys.session(RECORD_LANE))
        assert await records.all() == []
        assert await redis.zcard(keys.sessions_used) == 0

    async def test_an_owner_before_the_last_writes_nothing(self, redis: Redis, keys: Keys) -> None:
        """Its fence is refused, the record stays; one that Redis lost may be written again."""
        records = RedisRecords(redis, keys, lambda _: DAY)
        old, new = await records.own(RECORD_LANE), await records.own(RECORD_LANE)
        await records.save(replace(RECORD, turns=2), new)
        with pytest.raises(Superseded):
            await records.save(replace(RECORD, turns=9), old)
        assert await records.load(RECORD_LANE) == replace(RECORD, turns=2)
        await redis.delete(keys.session(RECORD_LANE))
        await records.save(RECORD, new)
        assert await records.load(RECORD_LANE) == RECORD

    @pytest.mark.parametrize(
        ("living", "home", "may"),
        [
            (["a:1", "b:1"], None, True),
            (["a:1", "b:1"], "a", True),
            (["a:1", "b:1"], "b", False),
            (["a:1"], "b", True),  # which is gone
            (["b:1"], None, False),
            (["a:2", "b:1"], "a", False),  # our successor's by now
            ([], "b", True),  # Redis was emptied
        ],
    )
    async def test_one_whose_lease_lapsed_owns_nothing(
        self, redis: Redis, keys: Keys, living: list[str], home: str | None, may: bool
    ) -> None:
        """Thawed in the middle of a turn it would take the record from who answers now."""
        far = (time.time() + 60) * 1000
        await redis.zadd(keys.members, {"z:0": 1, **dict.fromkeys(living, far)})
        if home:
            await redis.hset(keys.homes, str(RECORD_LANE), home)  # type: ignore[misc]
        fence = await RedisRecords(redis, keys, lambda _: DAY).own(RECORD_LANE)
        asked = RedisRecords(redis, keys, lambda _: DAY, "a:1").own(RECORD_LANE)
        if may:
            assert await asked > fence
        else:
            with pytest.raises(Superseded):
                await asked
            assert await redis.hget(keys.session(RECORD_LANE), "fence") == b"%d" % fence  # type: ignore[misc]

    async def test_an_owner_before_a_reset_writes_nothing(self, redis: Redis, keys: Keys) -> None:
        """What somebody had forgotten does not come back by a consumer that lost the lane."""
        records = RedisRecords(redis, keys, lambda _: DAY)
        old = await records.own(RECORD_LANE)
        await records.save(RECORD, old)
        await records.own(RECORD_LANE)
        await records.forget(RECORD_LANE)
        with pytest.raises(Superseded):
            await records.save(replace(RECORD, turns=9), old)
        assert await records.load(RECORD_LANE) is None

    async def test_a_lane_answered_while_all_are_listed_stays_listed(
        self, redis: Redis, keys: Keys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It had expired when it was read, and is on record again before it leaves the index."""
        records = RedisRecords(redis, keys, lambda _: DAY)
        await records.save(RECORD, await records.own(RECORD_LANE))
        await redis.delete(keys.session(RECORD_LANE))
        drop = LaneIndex.drop_expired

        async def answer_then_drop(index: LaneIndex, lanes: Sequence[Lane]) -> list[Lane]:
            for lane in lanes:
                await records.save(RECORD, await records.own(lane))
            return await drop(index, lanes)

        monkeypatch.setattr(LaneIndex, "drop_expired", answer_then_drop)
        assert await records.all() == []
        monkeypatch.undo()
        assert await records.all() == [RECORD]

    async def test_a_look_costs_what_it_finds(self, redis: Redis, keys: Keys) -> None:
        """At a start and in each clean-up Redis does as much however many lanes are on record."""
        records, costs = RedisRecords(redis, keys, lambda _: DAY), []
        for count in (100, 1000):
            for room in range(count):
                await records.save(replace(RECORD, lane=Lane(room, "b")), 1)
            before = await calls(redis)
            assert len(await records.newest(50, RECORD.last_used)) == 50
            assert await records.unused_since(RECORD.last_used) == {}
            assert await records.count() == count
            costs.append(await calls(redis) - before)
        assert costs[1] <= costs[0] < 60  # the first look asks, too, what an older release left

    async def test_an_older_releases_lanes_are_found(self, redis: Redis, keys: Keys) -> None:
        """It kept their names in a set; one whose record has expired is not."""
        records = RedisRecords(redis, keys, lambda _: DAY)
        await records.save(RECORD, await records.own(RECORD_LANE))
        await redis.delete(keys.sessions_used)
        await redis.sadd(keys.session_lanes, str(RECORD_LANE), "9:gone")  # type: ignore[misc]
        assert await records.unused_since(RECORD.last_used + DAY) == {RECORD_LANE: RECORD.last_used}
        assert await records.count() == 1
        assert not await redis.exists(keys.session_lanes)

    async def test_garbage_is_none_and_kept_aside(self, redis: Redis, keys: Keys) -> None:
        """A value that is no record is a cold start, and stays for the operator."""
        await redis.hset(keys.session(RECORD_LANE), "record", "{")  # type: ignore[misc]
        assert await RedisRecords(redis, keys, lambda _: DAY).load(RECORD_LANE) is None
        aside = keys.session_aside(RECORD_LANE, "unreadable")
        assert await redis.get(aside) == b"{"


async def test_transcripts_keep_the_sdks_contract(redis: Redis, keys: Keys) -> None:
    """The SDK's own conformance suite passes."""
    number = iter(range(1000))
    await run_session_store_conformance(
        lambda: RedisTranscripts(redis, Keys(f"{keys.prefix}{next(number)}"), lambda: DAY)  # type: ignore[arg-type,return-value]
    )


async def test_a_repeated_batch_adds_nothing(redis: Redis, keys: Keys) -> None:
    """The SDK retries a batch whose answer was lost."""
    store, key = (
        RedisTranscripts(redis, keys, lambda: DAY),
        {"project_key": "p", "session_id": "s"},
    )
    for _ in range(2):
        await store.append(key, [{"type": "x", "uuid": "1"}, {"type": "x", "uuid": "2"}])
    assert await store.load(key) == [{"type": "x", "uuid": "1"}, {"type": "x", "uuid": "2"}]


async def test_expired_transcripts_leave_the_index(redis: Redis, keys: Keys) -> None:
    """With the next one that is written: the list of sessions does not grow for ever."""
    store = RedisTranscripts(redis, keys, lambda: DAY)
    await redis.zadd(keys.transcript_sessions("p"), {"long ago": 1})
    await store.append({"project_key": "p", "session_id": "s"}, [{"type": "x"}])
    assert await redis.zrange(keys.transcript_sessions("p"), 0, -1) == [b"s"]


async def test_a_transcript_is_bounded_by_its_compactions(redis: Redis, keys: Keys) -> None:
    """Two generations are kept: what lies before the last compaction but one is dropped."""
    store, key = (
        RedisTranscripts(redis, keys, lambda: DAY),
        {"project_key": "p", "session_id": "s"},
    )
    numbers = iter(range(100))

    def entries(*kinds: str) -> list[dict[str, str]]:
        return [{"type": "x", "subtype": kind, "uuid": str(next(numbers))} for kind in kinds]

    await store.append(key, entries("a", "a", "compact_boundary", "b", "b"))
    assert [entry["subtype"] for entry in await store.load(key) or ()][:2] == ["a", "a"]
    for kind in "cde":
        await store.append(key, entries("compact_boundary", kind))
    kept = await store.load(key) or []
    assert [entry["subtype"] for entry in kept] == [
        "compact_boundary",
        "d",
        "compact_boundary",
        "e",
    ]
    name = keys.transcript("p", "s")
    uuids = await redis.smembers(f"{name}:uuids")  # type: ignore[misc]
    assert uuids == {entry["uuid"].encode() for entry in kept}
    await store.delete(key)
    assert [key async for key in redis.scan_iter(f"{keys.tag}:*")] == []


async def test_a_transcript_past_its_bound_is_given_up_whole(redis: Redis, keys: Keys) -> None:
    """Half of one would be resumed and remember half: nothing of it stays, nothing more is kept."""
    store, key = (
        RedisTranscripts(redis, keys, lambda: DAY, most_bytes=1000),
        {"project_key": "p", "session_id": "s"},
    )
    await store.append(key, [{"type": "x", "uuid": "1", "text": "a" * 800}])
    with capture_logs() as logs:
        for number in (2, 2, 3):
            await store.append(key, [{"type": "x", "uuid": str(number), "text": "a" * 200}])
    assert [entry["event"] for entry in logs] == ["transcript_overgrown"]
    assert await store.load(key) is None
    left = [name async for name in redis.scan_iter(f"{keys.tag}:transcript:*")]
    assert left == [f"{keys.tag}:transcript:p:s:main:bytes".encode()]
    assert await redis.pttl(left[0]) > 0
    await store.delete(key)
    await store.append(key, [{"type": "x", "uuid": "4"}])
    assert await store.load(key) == [{"type": "x", "uuid": "4"}]


async def test_what_compaction_drops_no_longer_counts(redis: Redis, keys: Keys) -> None:
    """A conversation may go on for ever, as long as two context windows of it fit."""
    store, key = (
        RedisTranscripts(redis, keys, lambda: DAY, most_bytes=1500),
        {"project_key": "p", "session_id": "s"},
    )
    for number in range(20):
        kind = "a" if number % 2 else "compact_boundary"
        entry = {"type": "x", "subtype": kind, "uuid": str(number), "text": "a" * 250}
        await store.append(key, [entry])
    kept = await redis.lrange(keys.transcript("p", "s"), 0, -1)  # type: ignore[misc]
    counted = await redis.get(f"{keys.tag}:transcript:p:s:main:bytes")
    assert len(kept) == 4
    assert int(counted) == sum(map(len, kept))


async def test_an_overgrown_conversation_is_answered_hot_then_begun_anew(
    redis: Redis, keys: Keys, settings: SessionSettings, model: ModelServer
) -> None:
    """Its client goes on with all it knows; after a restart: one answer, from a fresh session.

    The CLI's own folder holds a copy of how it began, which must not be resumed.
    """
    async with manager_in(settings, redis, keys, most_bytes=60_000) as manager:
        for words in ("my cat is Tom", "long 90000"):
            told = await manager.run_turn(LANE, BOT, words)
        again = await manager.run_turn(LANE, BOT, "echo hot")
        assert (again.text, again.tier) == ("hot", Tier.HOT)
        assert model.recorder.requests[-1].conversation.said[0] == "my cat is Tom"
    assert list(settings.claude_dir.glob(f"projects/*/{told.session_id}.jsonl"))
    async with manager_in(settings, redis, keys, most_bytes=60_000) as manager:
        anew = await manager.run_turn(LANE, BOT, "echo anew")
        assert (anew.text, anew.tier) == ("anew", Tier.COLD)
        assert model.recorder.requests[-1].conversation.said[0] == "echo anew"
    async with manager_in(settings, redis, keys, most_bytes=60_000) as manager:
        assert (await manager.run_turn(LANE, BOT, "echo on")).tier is Tier.WARM
    assert model.recorder.requests[-1].conversation.said == ("echo anew", "echo on")


async def test_a_compacted_conversation_goes_on_from_redis(
    redis: Redis, keys: Keys, settings: SessionSettings, model: ModelServer, tmp_path: Path
) -> None:
    """After two compactions the rest is enough for a resume in another folder."""
    async with manager_in(replace(settings, data_dir=tmp_path / "one"), redis, keys) as manager:
        for words in ("one", "full 980000", "echo two", "full 980000", "echo three"):
            told = await manager.run_turn(LANE, BOT, words)
    said = model.recorder.requests[-1].conversation.said
    async with manager_in(replace(settings, data_dir=tmp_path / "two"), redis, keys) as manager:
        again = await manager.run_turn(LANE, BOT, "echo four")
    assert (again.tier, again.session_id) == (Tier.WARM, told.session_id)
    assert model.recorder.requests[-1].conversation.said == (*said, "echo four")
    kept = await redis.lrange(f"{keys.tag}:transcript:lanes:{told.session_id}:main", 0, -1)  # type: ignore[misc]
    assert sum(b'"compact_boundary"' in line for line in kept) == 2
    assert b'"one"' not in b"".join(kept)


@pytest.mark.long
async def test_a_lane_moves_between_two_consumers_and_remembers(
    redis: Redis, keys: Keys, settings: SessionSettings, model: ModelServer, tmp_path: Path
) -> None:
    """Two consumers with folders of their own on one Redis: each goes on where the other was."""

    def consumer(name: str) -> SessionManager:
        return manager_in(replace(settings, data_dir=tmp_path / name), redis, keys)

    for number, name in enumerate(("one", "two", "one", "two")):
        async with consumer(name) as manager:
            result = await manager.run_turn(LANE, BOT, f"message {number}")
            assert result.tier is (Tier.WARM if number else Tier.COLD)
    said = model.recorder.requests[-1].conversation.said
    assert said == tuple(f"message {number}" for number in range(4))
    async with consumer("one") as manager:
        await manager.remove_session(LANE, forget=True)
    left = [key async for key in redis.scan_iter(f"{keys.tag}:*")]
    fence = f"{keys.tag}:session:{LANE}"
    assert left == [fence.encode()], "what keeps an earlier owner from writing it back"
    assert await redis.hkeys(fence) == [b"fence"]  # type: ignore[misc]
    assert await redis.pttl(fence) > 0
    assert list((tmp_path / "one").glob("claude/projects/*/*.jsonl")) == []


async def test_a_consumer_that_lost_the_lane_overwrites_nothing(
    redis: Redis, keys: Keys, settings: SessionSettings, model: ModelServer, tmp_path: Path
) -> None:
    """One is at a turn when another takes the lane over: what it still writes counts for nothing.

    The conversation goes on as the new owner had it, on every later resume.
    """
    folders = [replace(settings, data_dir=tmp_path / name) for name in ("old", "new", "third")]
    async with (
        manager_in(folders[0], redis, keys) as old,
        manager_in(folders[1], redis, keys) as new,
    ):
        await old.run_turn(LANE, BOT, "one")
        late = asyncio.create_task(old.run_turn(LANE, BOT, "slow 3; echo late"))
        async with asyncio.timeout(PATIENCE_S):
            while model.recorder.requests[-1].conversation.last != "slow 3; echo late":
                await asyncio.sleep(0.01)
        with capture_logs() as logs:  # on a slow machine the late one ends first
            told = await new.run_turn(LANE, BOT, "echo two")
            assert told.tier is Tier.WARM
            assert (await late).text == "late"
        assert "session_superseded" in [entry["event"] for entry in logs]
        assert old.stats().active_sessions == 0
        await new.run_turn(LANE, BOT, "echo three")
    async with manager_in(folders[2], redis, keys) as third:
        await third.run_turn(LANE, BOT, "echo four")
    said = model.recorder.requests[-1].conversation.said
    assert said == ("one", "echo two", "echo three", "echo four")


def manager_in(
    settings: SessionSettings, redis: Redis, keys: Keys, *, most_bytes: int = MOST_BYTES
) -> SessionManager:
    """A consumer's manager with both stores in Redis."""
    transcripts = RedisTranscripts(redis, keys, lambda: DAY, most_bytes=most_bytes)
    return SessionManager(
        settings,
        records=RedisRecords(redis, keys, lambda _: DAY),
        transcripts=Copies(transcripts, DiskTranscripts(settings.claude_dir)),
        make_client=claude_clients(settings, transcripts),
    )


async def test_an_outage_leaves_no_gap_in_a_conversation(
    redis: Redis,
    keys: Keys,
    settings: SessionSettings,
    model: ModelServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What Redis missed goes to it with the next turn: another consumer remembers all of it."""
    append = RedisTranscripts.append

    async def fail(*_: object) -> None:
        raise ConnectionError

    async with manager_in(replace(settings, data_dir=tmp_path / "one"), redis, keys) as manager:
        await manager.run_turn(LANE, BOT, "before it")
        monkeypatch.setattr(RedisTranscripts, "append", fail)
        await manager.run_turn(LANE, BOT, "during it")
        monkeypatch.setattr(RedisTranscripts, "append", append)
        await manager.run_turn(LANE, BOT, "after it")
    async with manager_in(replace(settings, data_dir=tmp_path / "two"), redis, keys) as manager:
        assert (await manager.run_turn(LANE, BOT, "elsewhere")).tier is Tier.WARM
    said = model.recorder.requests[-1].conversation.said
    assert said == ("before it", "during it", "after it", "elsewhere")

"""The trail: bounded, filtered, and no trouble for whoever writes it."""

import asyncio
import time

import pytest
from fakeredis import FakeAsyncRedis
from redis.exceptions import ResponseError

from shared.audit import AuditTrail, Entry, Which, trail
from shared.keys import Keys

KEYS = Keys("t")


class Redis(FakeAsyncRedis):
    """One that may be full or stand still."""

    trouble: BaseException | None = None
    is_stopped = False

    def pipeline(self, transaction=True, shard_hint=None):  # type: ignore[no-untyped-def]
        pipe = super().pipeline(transaction, shard_hint)
        execute = pipe.execute

        async def troubled(raise_on_error: bool = True):  # type: ignore[no-untyped-def]
            if self.is_stopped:
                await asyncio.Event().wait()
            if self.trouble:
                raise self.trouble
            return await execute(raise_on_error)

        pipe.execute = troubled  # type: ignore[method-assign]
        return pipe


@pytest.fixture
def redis() -> Redis:
    return Redis()


async def _persons(audit: AuditTrail, which: Which | None = None) -> list[int | None]:
    return [kept.entry.person async for kept in audit.read(which)]


async def test_a_reader_gets_what_was_asked_for(redis: Redis) -> None:
    """By bot, room, person (who asked, or who decided), since when; over many pages."""
    audit = AuditTrail(redis, KEYS)
    now = time.time_ns() // 1_000_000
    for number in range(1200):
        await audit.note(Entry(what="turn", at_ms=now + number, bot="ab"[number % 2], room=number))
    await audit.note(Entry(what="turn", at_ms=now, person=7))
    await audit.note(Entry(what="turn", at_ms=now, person=9, by=7))
    assert len(await _persons(audit)) == 1202
    assert len(await _persons(audit, Which(bot="a"))) == 600
    assert await _persons(audit, Which(room=601)) == [None]
    assert await _persons(audit, Which(person=7)) == [7, 9]
    assert len(await _persons(audit, Which(since_ms=now + 1000))) == 200
    newest = await audit.newest(2, Which(bot="b"))
    assert [kept.entry.room for kept in newest] == [1199, 1197]
    assert await audit.newest(3, Which(bot="nobody")) == []


async def test_it_is_bounded(redis: Redis) -> None:
    """The oldest give way: however much happens, Redis holds about so many."""
    audit = AuditTrail(redis, KEYS, most=1000)
    for number in range(3000):
        await audit.note(Entry(what="turn", person=number))
    kept = await _persons(audit)
    assert len(kept) < 1200
    assert kept[-1] == 2999


@pytest.mark.parametrize("error", [ConnectionError(), ResponseError("OOM command not allowed")])
async def test_what_redis_does_not_take_waits(
    redis: Redis, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full or absent Redis fails nobody, and each entry goes in once it takes them, in order."""
    monkeypatch.setattr(trail, "PAUSE_S", 0.0)
    audit = AuditTrail(redis, KEYS)
    redis.trouble = error
    await audit.note(Entry(what="turn", person=1))
    await audit.note(Entry(what="turn", person=2))
    redis.trouble = None
    await audit.note(Entry(what="turn", person=3))
    assert await _persons(audit) == [1, 2, 3]


async def test_a_redis_that_stands_still_holds_up_nobody(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One entry waits for it, for a moment; the next ones do not even try until a pause is over."""
    monkeypatch.setattr(trail, "PATIENCE_S", 0.05)
    audit = AuditTrail(redis, KEYS)
    redis.is_stopped = True
    began = time.monotonic()
    for _ in range(20):
        await audit.note(Entry(what="turn"))
    assert time.monotonic() - began < 0.5


async def test_what_waits_is_bounded(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an outage of days the newest are kept."""
    monkeypatch.setattr(trail, "WAITING_MOST", 10)
    audit = AuditTrail(redis, KEYS)
    redis.trouble = ConnectionError()
    for number in range(30):
        await audit.note(Entry(what="turn", person=number))
    redis.trouble = None
    monkeypatch.setattr(audit, "_again_at", 0.0)
    await audit.note(Entry(what="turn", person=30))
    assert await _persons(audit) == list(range(21, 31))

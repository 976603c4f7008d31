"""What had its outcome is on the disk when the consumer ends, not a second later."""

import asyncio
from pathlib import Path

import pytest
from fakeredis import FakeAsyncRedis

from consumer.catch_up import answered
from consumer.catch_up.answered import Answered
from consumer.catch_up.elsewhere import MOST, Elsewhere
from consumer.queue.ended import about
from consumer.queue.ticket import Ticket
from shared.keys import Keys
from shared.lane import Lane, Line

KEYS = Keys("test")
LANE = Lane(2, "assistant")


def settled(number: int) -> Ticket:
    return Ticket(f"job-{number}", Line(LANE), 0, 0, message_id=str(number))


async def test_what_is_settled_after_the_last_look_is_kept_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consumer that is stopped within the second between two looks forgets nothing."""
    monkeypatch.setattr(answered, "LOOK_EVERY_S", 3600)
    redis, file = FakeAsyncRedis(), tmp_path / "answered.json"
    await redis.set(KEYS.token, 9)
    before = Answered(file, redis, KEYS)
    running = asyncio.create_task(before.run())
    while not file.exists():
        await asyncio.sleep(0)
    before.settled(settled(7), {})
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await redis.set(KEYS.token, 1)  # Redis comes back from a backup
    after = Answered(file, redis, KEYS)
    await after.look()
    assert after.is_past(LANE, "7")
    assert not after.is_past(LANE, "8")
    await redis.aclose()


async def _ended(redis: FakeAsyncRedis, ticket: Ticket, at_ms: int) -> None:
    """As another member's settle.lua leaves it."""
    row = about(ticket, {"outcome": "completed"}, None, at_ms) + ',"posts":[],"steps":[]}'
    await redis.zadd(KEYS.ended, {ticket.job_id: at_ms})
    await redis.hset(KEYS.ended_messages, ticket.job_id, row)  # type: ignore[misc]


async def test_what_ended_at_another_member_is_known_when_redis_goes_back(tmp_path: Path) -> None:
    """The first member looks into the rooms, and the others' answers stand there as its own do.

    A control word says nothing of the lane's messages: it goes before them.
    """
    redis = FakeAsyncRedis()
    await redis.set(KEYS.token, 9)
    ours = Answered(tmp_path / "answered.json", redis, KEYS, Elsewhere(redis, KEYS))
    for number in range(1, MOST + 3):
        await _ended(redis, settled(number), 1000 + number)
    word = Ticket("job-word", Line(LANE, control=True), 0, 0, message_id="9999", word="stop")
    await _ended(redis, word, 5000)
    await ours.look()
    await ours.look()
    await redis.set(KEYS.token, 1)
    await redis.delete(KEYS.ended, KEYS.ended_messages)
    await ours.look()
    assert ours.is_past(LANE, str(MOST + 2))
    assert not ours.is_past(LANE, str(MOST + 3))
    await redis.aclose()


async def test_what_ended_here_is_not_read_again(tmp_path: Path) -> None:
    """It is known before Redis is asked; what others' members end is read as before."""
    redis = FakeAsyncRedis()
    await redis.set(KEYS.token, 9)
    elsewhere = Elsewhere(redis, KEYS)
    ours = Answered(tmp_path / "answered.json", redis, KEYS, elsewhere)
    for number in (1, 2):
        await _ended(redis, settled(number), 1000 + number)
    ours.settled(settled(1), {})
    assert [message.message_id for message in await elsewhere.ended()] == ["2"]
    assert await elsewhere.ended() == []
    await redis.aclose()

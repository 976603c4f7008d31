"""What had its outcome is on the disk when the consumer ends, not a second later."""

import asyncio
from pathlib import Path

import pytest
from fakeredis import FakeAsyncRedis

from consumer.catch_up import answered
from consumer.catch_up.answered import Answered
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

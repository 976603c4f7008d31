"""`python -m operate schedules`, on a real Valkey."""

from redis.asyncio import Redis

from shared.keys import Keys
from shared.redis.format import Format
from tests.integration.conftest import Operate


async def test_what_is_due_is_listed_without_its_words(
    operate: Operate, redis: Redis, keys: Keys
) -> None:
    """In order, with what is overdue; what is nothing of ours is left out."""
    await Format(redis, keys).check()
    due = {
        "schedule:ops:news": 1_795_000_000_000,
        "reminder:3:ops:2": 4_000_000_000_000,
        "odd": 1_000,
    }
    await redis.zadd(keys.due, due)
    code, said = await operate("schedules")
    assert (code, said.splitlines()) == (
        0,
        [
            "2026-11-18 11:06 UTC  ops schedule news due",
            "2096-10-02 07:06 UTC  ops room 3 reminder 2",
            "and 1 more",
        ],
    )

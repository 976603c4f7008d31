"""`python -m operate schedules`, on a real Valkey."""

import subprocess
import sys

from redis.asyncio import Redis

from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.redis.format import Format


async def test_what_is_due_is_listed_without_its_words(
    valkey: EmbeddedValkey, redis: Redis, keys: Keys
) -> None:
    """In order, with what is overdue; what is nothing of ours is left out."""
    await Format(redis, keys).check()
    due = {
        "schedule:ops:news": 1_795_000_000_000,
        "reminder:3:ops:2": 4_000_000_000_000,
        "odd": 1_000,
    }
    await redis.zadd(keys.due, due)
    settings = {
        "PATH": "",
        "REDIS_URL": valkey.url,
        "REDIS_PREFIX": keys.prefix,
        "BOT_KEY_ASSISTANT": "3-abcdef123456",
    }
    command = [sys.executable, "-m", "operate", "schedules"]
    said = subprocess.run(command, env=settings, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == [
        "2026-11-18 11:06 UTC  ops schedule news due",
        "2096-10-02 07:06 UTC  ops room 3 reminder 2",
        "and 1 more",
    ]

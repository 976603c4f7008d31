"""A backup as ONCE makes it: the container is frozen, and DATA_DIR copied file by file."""

import asyncio
import os
import shutil
import signal
from itertools import count
from pathlib import Path

from redis.asyncio import Redis

from operate.launch.valkey import EmbeddedValkey
from shared.redis.client import redis_client


async def test_a_copy_of_a_frozen_server_s_folder_holds_what_was_stored(tmp_path: Path) -> None:
    """While it was being written to; what is on disk by then is there again, and it goes on."""
    with EmbeddedValkey(tmp_path / "storage" / "valkey") as valkey:
        redis = redis_client(valkey.url)
        for number in range(500):
            await redis.set(f"before:{number}", "x" * number)
        assert (await redis.waitaof(1, 0, 0))[0] == 1
        writing = asyncio.create_task(_write(redis))
        await asyncio.sleep(0)
        assert valkey.pid is not None
        os.kill(valkey.pid, signal.SIGSTOP)
        shutil.copytree(tmp_path / "storage", tmp_path / "restored")
        os.kill(valkey.pid, signal.SIGCONT)
        writing.cancel()
        await redis.aclose()
    with EmbeddedValkey(tmp_path / "restored" / "valkey") as again:
        redis = redis_client(again.url)
        found = {key async for key in redis.scan_iter("before:*", count=1000)}
        assert len(found) == 500
        assert await redis.strlen("before:499") == 499
        assert await redis.set("after", "1")
        await redis.aclose()


async def _write(redis: Redis) -> None:
    for number in count():
        await redis.set(f"meanwhile:{number}", "y")

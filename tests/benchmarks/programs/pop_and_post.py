"""`python -m tests.benchmarks.programs.pop_and_post KEY`: pops KEY, and posts to Campfire for each.

What a consumer cannot do without: a wake-up, and a request by the client that ours uses. A line on
stdout for each.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable
from typing import cast

import aiohttp

from shared.redis.client import redis_client
from tests.benchmarks.programs.no_op_consumer import tell


async def main() -> None:
    """Until a signal."""
    redis = redis_client(os.environ["REDIS_URL"], socket_timeout_s=10)
    async with aiohttp.ClientSession(os.environ["CAMPFIRE_URL"]) as campfire:
        tell("ready")
        while True:
            if await cast(Awaitable[object], redis.blpop([sys.argv[1]], timeout=5)):
                async with campfire.post("/rooms/1/key/messages", data=b"done") as answer:
                    await answer.read()
                tell("posted")


if __name__ == "__main__":
    asyncio.run(main())

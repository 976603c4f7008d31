"""`python -m tests.benchmarks.programs.no_op_consumer KEY`: the real consumer around an agent
that only tells the time, and beside it raw blocking pops of KEY that do the same: by our own light
client, and by redis-py as it is of the key PLAIN + KEY.

Lines on stdout: `turn NANOSECONDS` and `hop NANOSECONDS` of the system's monotonic clock, which is
the same in every process.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Redis

from consumer.composition import running as composition
from consumer.composition.agent_parts import AgentParts
from consumer.settings import ConsumerSettings
from shared.between_processes.service_status import ServiceStatus
from shared.bots import Bot
from shared.lane import Lane
from shared.logs import configure_logs
from shared.redis.client import redis_client
from shared.startup.settings import load_settings

PLAIN = "plain-"


@dataclass(frozen=True, slots=True)
class Nothing:
    """An answer at once."""

    text: str = "done"
    tier: str = "hot"
    folder: None = None
    cut: bool = False


class NoOpAgent:
    """Tells when its turn began."""

    async def run_turn(self, lane: Lane, bot: Bot, prompt: str, **_: Any) -> Nothing:
        """See consumer.turn.agent."""
        tell(f"turn {time.monotonic_ns()}")
        return Nothing()


def plain_client(url: str) -> Redis:
    """redis-py's own client, as release 5d7280d had it."""
    return Redis.from_pool(BlockingConnectionPool.from_url(url, socket_timeout=10))


async def pop(redis: Redis, key: str) -> None:
    """Pop for ever."""
    while True:
        if await cast(Awaitable[object], redis.blpop([key], timeout=5)):
            tell(f"hop {time.monotonic_ns()}")


async def run(settings: ConsumerSettings, key: str) -> None:
    """All of them, until SIGTERM."""
    light = redis_client(settings.redis_url, socket_timeout_s=10)
    pops = pop(light, key), pop(plain_client(settings.redis_url), PLAIN + key)
    popping = asyncio.gather(*pops)
    try:
        await composition.serve(
            settings, settings.roster(), AgentParts(agent=NoOpAgent(), stats=ServiceStatus)
        )
    finally:
        popping.cancel()


def tell(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    settings = load_settings(ConsumerSettings)
    configure_logs(settings.log_format, "error", process="bench")
    asyncio.run(run(settings, sys.argv[1]))

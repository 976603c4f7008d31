"""A queue on the real Valkey with consumers in this process, whose turns a test controls."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from consumer.queue.claim import Claim
from consumer.queue.homes import Homes
from consumer.queue.lanes import Lanes
from consumer.queue.ownership.heartbeat import Heart
from consumer.queue.ownership.lease import Lease
from consumer.queue.ownership.lock_file import LockFile
from consumer.queue.ownership.membership import ONLY, Membership
from consumer.queue.repairing.repairs import Repairs
from consumer.queue.tally import Tally
from consumer.queue.wakeup import WakeUp
from consumer.queue.worker import LaneWorker
from consumer.service.service import Service, nothing_to_close
from consumer.upgrade.upgrade import Upgrade
from operate.launch.valkey import EmbeddedValkey
from shared.acceptance.queue import RedisQueue
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.deliveries import inbound
from tests.patience import PATIENCE_S

LEASE_MS = 1000
POSTPONED = "postponed"
"""What an act returns that gave its message back."""


class Consumer:
    """One consumer whose answer to a claim is `act`, then settled as completed."""

    def __init__(self, url: str, keys: Keys, folder: Path, act: "Act", **options: Any) -> None:
        self.redis = redis_client(url, max_connections=64, socket_timeout_s=10)
        lease_ms = options.get("lease_ms", LEASE_MS)
        self.member = Membership(options.get("name", ONLY), shared=options.get("shared", False))
        lock_file = LockFile(folder / "lock")
        self.lease = Lease(self.redis, keys, self.member, lease_ms=lease_ms, lock_file=lock_file)
        shared = self.member.shared
        self.lanes = Lanes(self.redis, keys, self.lease.me, lease_ms=lease_ms, has_homes=shared)
        self.homes = Homes(self.redis, keys, self.member)
        self.repairs = Repairs(self.redis, keys, self.lease.me, lease_ms=lease_ms)
        self.wakeup = WakeUp(self.redis, keys, self.member)
        tally = Tally(ongoing=lambda: self.worker.busy)
        self.lanes.on_settled(lambda _, ending: tally.settled(ending))
        self.lanes.on_postponed = tally.postponed
        self.heart = Heart(
            url,
            keys,
            self.member,
            lease_ms=lease_ms,
            stuck_after_s=30,
            state=lambda: "{}",
            tally=tally.line,
        )
        self.worker = LaneWorker(
            keys,
            self.lanes,
            self.repairs,
            self.wakeup,
            self._answer,
            most_turns=options.get("most_turns", 5),
        )
        self.service = Service(
            self.lease,
            self.heart,
            self.repairs,
            self.wakeup,
            self.worker,
            Upgrade(self.redis, keys),
            grace_s=options.get("grace_s", 5),
            close=options.get("close", nothing_to_close),
        )
        self._act = act
        self.started: list[Claim] = []
        self.settled: list[str] = []
        self.acting: set[str] = set()
        """What is being answered: arq's tasks last a little beyond that."""
        self.changed = asyncio.Condition()

    async def _answer(self, claim: Claim) -> dict[str, Any]:
        await self._note(self.started, claim)
        self.acting.add(claim.job_id)
        try:
            if await self._act(self, claim) == POSTPONED:
                return {"outcome": "retry"}
        finally:
            self.acting.discard(claim.job_id)
        await self.lanes.settle(claim, {"outcome": "completed"})
        await self._note(self.settled, claim.message.message_id)
        return {"outcome": "completed"}

    async def _note(self, where: list[Any], what: Any) -> None:
        async with self.changed:
            where.append(what)
            self.changed.notify_all()

    async def beside(self, claim: Claim) -> list[str]:
        """What else is answered while this is, or could be claimed now. It is claimed by that:
        nothing may be, where it is asked."""
        already, begun = self.acting - {claim.job_id}, self.started.index(claim) + 1
        could = await self.lanes.claim(self.worker.max_jobs)
        return [*already, *(other.job_id for other in [*self.started[begun:], *could])]

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait for a moment at which `what()` is true."""
        async with asyncio.timeout(PATIENCE_S), self.changed:
            await self.changed.wait_for(what)

    async def until_settled(self, count: int) -> None:
        """Wait until so many messages are settled."""
        await self.until(lambda: len(self.settled) >= count)


KEPT = (
    "seen:",
    "result:",
    "token",
    "health-check",
    "wake",
    "lease",
    "heartb",
    "members",
    "homes",
    "places",
    "offers",
    "room",
    "recent-lanes",
    "first-",
    "format",
    ":ended",
    ":deliveries",
    ":day:",
    ":pauses",
)
Act = Callable[[Consumer, Claim], Awaitable[str | None]]


async def at_once(consumer: Consumer, claim: Claim) -> str | None:
    """A turn that takes no time."""
    return None


class Bench:
    """A queue, and consumers started on it."""

    def __init__(self, url: str, keys: Keys, redis: Redis, folder: Path) -> None:
        self.url, self.keys, self.redis, self.folder = url, keys, redis, folder
        self.queue = RedisQueue(redis, keys, lane_max_waiting=100_000)
        self._stack = AsyncExitStack()
        self._running: dict[Consumer, asyncio.Task[None]] = {}

    async def start(self, act: Act = at_once, *, machine: str = "here", **options: Any) -> Consumer:
        """Start a consumer; `machine` tells which lock file it sees."""
        consumer = Consumer(self.url, self.keys, self.folder / machine, act, **options)
        running = asyncio.create_task(consumer.service.run())
        self._running[consumer] = running
        self._stack.push_async_callback(self._stop, consumer, running)
        return consumer

    async def accept(self, *messages: InboundMessage) -> None:
        """Deliver messages one after the other."""
        for message in messages:
            await self.queue.accept(message)

    async def lane(self, count: int, room_id: int = 2, first: int = 1) -> None:
        """Deliver `count` messages to one lane."""
        await self.accept(*(inbound(first + n, room_id=room_id) for n in range(count)))

    async def left(self) -> list[str]:
        """Names of the keys that are still there, but for what is meant to stay."""
        names = [key.decode() async for key in self.redis.scan_iter(f"*{self.keys.prefix}*")]
        return [name for name in names if not any(p in name for p in (*KEPT, ":events:"))]

    def at_the_end(self, act: Callable[[], None]) -> None:
        """Do this when the test is over."""
        self._stack.callback(act)

    async def stopped(self, consumer: Consumer) -> None:
        """Wait until a consumer that was told to stop has let go."""
        async with asyncio.timeout(PATIENCE_S):
            await self._running[consumer]

    async def close(self) -> None:
        """Stop every consumer."""
        await self._stack.aclose()

    async def _stop(self, consumer: Consumer, running: asyncio.Task[None]) -> None:
        consumer.service.stop()
        await asyncio.gather(running, return_exceptions=True)
        await consumer.redis.aclose()


@pytest.fixture
async def bench(
    valkey: EmbeddedValkey, keys: Keys, redis: Redis, tmp_path: Path
) -> AsyncIterator[Bench]:
    """A queue of this test's own."""
    bench = Bench(valkey.url, keys, redis, tmp_path)
    yield bench
    await bench.close()

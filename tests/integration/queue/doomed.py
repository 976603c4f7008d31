"""A consumer that dies in the middle of its turns, and the takeover of what it ran."""

from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from consumer.queue.ownership.lease import Lease
from consumer.queue.ownership.lock_file import LockFile
from consumer.queue.ownership.membership import ONLY, Membership
from consumer.queue.repairing.repairs import Repairs
from tests.integration.queue.conftest import LEASE_MS, Bench
from tests.membership import leave_all


class Doomed:
    """A consumer that claims and is never heard of again, as after kill -9."""

    def __init__(self, bench: Bench, machine: str, name: str = ONLY) -> None:
        self.lock = LockFile(bench.folder / machine / "lock")
        self.member = Membership(name, shared=name != ONLY)
        self.lease = Lease(
            bench.redis, bench.keys, self.member, lease_ms=LEASE_MS, lock_file=self.lock
        )
        bench.at_the_end(self.lock.close)
        shared = self.member.shared
        self.lanes = Lanes(
            bench.redis, bench.keys, self.lease.me, lease_ms=LEASE_MS, has_homes=shared
        )

    async def claim(self, want: int) -> list[Claim]:
        """Own the queue and claim."""
        await self.lease.acquire()
        return await self.lanes.claim(want, want)


async def die(bench: Bench, doomed: Doomed, claim: int = 0) -> None:
    """The doomed consumer's lease ends, and a successor reclaims what it ran."""
    if claim:
        await doomed.claim(claim)
    await leave_all(bench.redis, bench.keys)
    successor = Doomed(bench, "b")
    await successor.lease.acquire()
    await Repairs(bench.redis, bench.keys, successor.lease.me, lease_ms=60_000).reclaim()
    await successor.lease.release()

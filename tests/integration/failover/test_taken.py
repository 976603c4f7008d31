"""What was taken is not lost by a failover: it is with the next master, or on our disk."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from ingress.intake.reception import Reception
from ingress.intake.spool import Spool
from shared.acceptance.queue import RedisQueue, TooFewReplicas
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.sentinels import SentinelSet, Server

ROOMS = 4


class Desk:
    """A reception with its feeder, over a queue that waits for so many replicas."""

    def __init__(self, redis: Redis, keys: Keys, folder: Path, replicas: int = 1) -> None:
        self.redis, self.keys = redis, keys
        self.spool = Spool(folder)
        self.queue = RedisQueue(redis, keys, lane_max_waiting=100_000, replicas=replicas)
        self.reception = Reception(self.queue, self.spool)
        self._feeding = asyncio.create_task(self.reception.feed())

    async def has_fed(self) -> bool:
        """Whether nothing waits on disk."""
        return self.spool.waiting == 0

    async def in_lane(self, room: int) -> list[int]:
        """The numbers of the messages that stand in its lane."""
        lane = self.keys.lane(inbound(room_id=room).lane)
        jobs: list[bytes] = await self.redis.lrange(lane, 0, -1)  # type: ignore[misc]
        return [int(job.decode().rpartition(":")[2]) for job in jobs]

    async def close(self) -> None:
        """End the feeder."""
        self._feeding.cancel()
        await asyncio.gather(self._feeding, return_exceptions=True)


@pytest.fixture
def three(tmp_path: Path) -> Iterator[SentinelSet]:
    """A master and two replicas: the next master has one at once."""
    with SentinelSet(tmp_path / "three", replicas=2) as running:
        yield running


@pytest.fixture
async def desk(three: SentinelSet, keys: Keys, tmp_path: Path) -> AsyncIterator[Desk]:
    """Over the set of this test."""
    async with redis_client(three.url) as redis:
        desk = Desk(redis, keys, tmp_path / "spool")
        yield desk
        await desk.close()


@pytest.mark.short_form("kill_master")
@pytest.mark.parametrize("breaking", ["kill_master", "stop_master"])
async def test_every_message_taken_during_a_failover_is_there_once(
    three: SentinelSet, desk: Desk, breaking: str
) -> None:
    """Four rooms that talk without a pause, the master gone in the middle: each in its order."""
    over = asyncio.Event()
    talking = [asyncio.create_task(_talk(desk, room, over)) for room in range(1, ROOMS + 1)]
    await asyncio.sleep(0.3)
    getattr(three, breaking)()
    await three.failed_over()
    three.start_again()
    over.set()
    taken = await asyncio.gather(*talking)
    await eventually(desk.has_fed)
    for room, said in enumerate(taken, start=1):
        assert "spooled" in said.values()
        assert await desk.in_lane(room) == list(said)


async def _talk(desk: Desk, room: int, over: asyncio.Event) -> dict[int, str]:
    """Each number, and where it went; numbers of all rooms differ, as Campfire's do."""
    took: dict[int, str] = {}
    while not over.is_set():
        number = room + ROOMS * len(took)
        message = inbound(number, room_id=room, accepted_ms=number)
        took[number] = await desk.reception.take(message)
        await asyncio.sleep(0.02)
    return took


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[SentinelSet, Server, Server]]:
    """A master and a replica alone: nobody mends what the test breaks."""
    with SentinelSet(tmp_path / "pair", sentinels=0) as servers:
        yield servers, servers.servers[0], servers.servers[1]


async def test_what_no_replica_holds_is_not_taken_and_then_taken_once(
    pair: tuple[SentinelSet, Server, Server], keys: Keys, tmp_path: Path
) -> None:
    """Spooled though the master has it; the spool's later word on it finds it there."""
    servers, master, replica = pair
    async with servers.client_of(master) as redis:
        desk = Desk(redis, keys, tmp_path / "spool")
        assert await desk.reception.take(inbound(1)) == "accepted"
        replica.freeze()
        assert await desk.reception.take(inbound(2)) == "spooled"
        assert await desk.in_lane(inbound().room_id) == [1, 2]
        with pytest.raises(TooFewReplicas):
            await desk.queue.accept(inbound(2))
        replica.thaw()
        await eventually(desk.has_fed)
        assert await desk.in_lane(inbound().room_id) == [1, 2]
        await desk.close()


async def test_what_the_next_master_never_heard_of_is_taken_there(
    pair: tuple[SentinelSet, Server, Server], keys: Keys, tmp_path: Path
) -> None:
    """The write is lost with the master that alone had it: what was spooled is not."""
    servers, master, replica = pair
    spool = Spool(tmp_path / "spool")
    async with servers.client_of(master) as redis, servers.client_of(replica) as other:
        queue = RedisQueue(redis, keys, replicas=1)
        assert await queue.accept(inbound(1)) == "accepted"
        await other.replicaof("NO", "ONE")
        assert await Reception(queue, spool).take(inbound(2)) == "spooled"
        master.kill()
        desk = Desk(other, keys, tmp_path / "spool", replicas=0)  # the one that is left has none
        await eventually(desk.has_fed)
        assert await desk.in_lane(inbound().room_id) == [1, 2]
        await desk.close()


async def test_a_master_that_asks_for_replicas_itself_has_messages_spooled(
    pair: tuple[SentinelSet, Server, Server], keys: Keys, tmp_path: Path
) -> None:
    """`min-replicas-to-write`: NOREPLICAS is a refusal as any, and over when one is back."""
    servers, master, replica = pair
    async with servers.client_of(master) as redis:
        await redis.config_set("min-replicas-to-write", 1)
        desk = Desk(redis, keys, tmp_path / "spool", replicas=0)
        assert await desk.reception.take(inbound(1)) == "accepted"
        replica.kill()
        await eventually(lambda: _has_no_replica(redis))
        assert await desk.reception.take(inbound(2)) == "spooled"
        assert await desk.in_lane(inbound().room_id) == [1]
        replica.start()
        await eventually(desk.has_fed)
        assert await desk.in_lane(inbound().room_id) == [1, 2]
        await desk.close()


async def _has_no_replica(redis: Redis) -> bool:
    return bool((await redis.info("replication"))["connected_slaves"] == 0)

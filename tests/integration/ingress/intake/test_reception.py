"""Redis away: messages wait on disk and reach the queue in order, once, when it is back."""

import asyncio
import errno
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from ingress.intake.reception import Reception
from ingress.intake.spool import Spool
from operate.launch.valkey import EmbeddedValkey
from shared.acceptance.queue import RedisQueue
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.conftest import eventually
from tests.deliveries import inbound


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedValkey]:
    """A server of this test's own, to be taken away."""
    with EmbeddedValkey(tmp_path / "valkey", appendfsync="always") as server:
        yield server


@pytest.fixture
async def own_redis(server: EmbeddedValkey) -> AsyncIterator[Redis]:
    """A client of it."""
    client = redis_client(server.url)
    yield client
    await client.aclose()


class Desk:
    """A reception with its feeder running."""

    def __init__(self, redis: Redis, keys: Keys, folder: Path) -> None:
        self.redis, self.keys = redis, keys
        self.spool = Spool(folder)
        self.reception = Reception(RedisQueue(redis, keys), self.spool)

    async def __aenter__(self) -> "Desk":
        self._feeding = asyncio.create_task(self.reception.feed())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._feeding.cancel()
        await asyncio.gather(self._feeding, return_exceptions=True)

    async def lane(self) -> list[str]:
        """Message ids in the lane, in order."""
        try:
            jobs = await self.redis.lrange(self.keys.lane(inbound().lane), 0, -1)  # type: ignore[misc]
        except RedisError:
            return []
        return [job.decode().rpartition(":")[2] for job in jobs]

    async def holds(self, *numbers: int) -> bool:
        """Whether these messages stand in the lane, and the spool is empty."""
        return await self.lane() == [str(n) for n in numbers] and self.spool.waiting == 0


def _numbered(*numbers: int) -> list[InboundMessage]:
    return [inbound(number, accepted_ms=10_000 * number) for number in numbers]


async def test_messages_wait_on_disk_and_go_in_order(
    server: EmbeddedValkey, own_redis: Redis, keys: Keys, tmp_path: Path
) -> None:
    """Taken while Redis is down: spooled; fed in the order of arrival once it is back."""
    async with Desk(own_redis, keys, tmp_path / "spool") as desk:
        server.kill()
        took = [await desk.reception.take(message) for message in _numbered(1, 2, 3)]
        assert took == ["spooled"] * 3
        server.start()
        await eventually(lambda: desk.holds(1, 2, 3))
        assert await desk.reception.take(_numbered(4)[0]) == "accepted"


async def test_the_spool_survives_a_restart(
    server: EmbeddedValkey, own_redis: Redis, keys: Keys, tmp_path: Path
) -> None:
    """A new ingress feeds what its predecessor left on disk; half-written files are none."""
    server.kill()
    async with Desk(own_redis, keys, tmp_path / "spool") as first:
        for message in _numbered(1, 2):
            await first.reception.take(message)
    (tmp_path / "spool" / "00000000000000000000-000000.tmp").write_text("{")
    server.start()
    async with Desk(own_redis, keys, tmp_path / "spool") as second:
        await eventually(lambda: second.holds(1, 2))
    assert list((tmp_path / "spool").iterdir()) == []


async def test_a_message_both_queued_and_spooled_is_one(
    server: EmbeddedValkey, own_redis: Redis, keys: Keys, tmp_path: Path
) -> None:
    """An accept whose answer was lost is spooled as well: the queue knows it already."""
    async with Desk(own_redis, keys, tmp_path / "spool") as desk:
        message = _numbered(1)[0]
        assert await desk.reception.take(message) == "accepted"
        await desk.spool.put(message)
        assert await desk.reception.take(_numbered(2)[0]) == "spooled"
        await eventually(lambda: desk.holds(1, 2))


async def test_a_new_message_does_not_overtake_the_spool(
    server: EmbeddedValkey, own_redis: Redis, keys: Keys, tmp_path: Path
) -> None:
    """While the spool holds something, what comes goes behind it though Redis answers."""
    spool = Spool(tmp_path / "spool")
    reception = Reception(RedisQueue(own_redis, keys), spool)
    await spool.put(_numbered(1)[0])
    assert await reception.take(_numbered(2)[0]) == "spooled"


async def test_a_damaged_file_is_set_aside(own_redis: Redis, keys: Keys, tmp_path: Path) -> None:
    """A file that cannot be read stops nobody: it is kept under another name."""
    folder = tmp_path / "spool"
    folder.mkdir()
    (folder / "00000000000000000000-000000.json").write_text("not a message")
    async with Desk(own_redis, keys, folder) as desk:
        await desk.spool.put(_numbered(1)[0])
        assert await desk.reception.take(_numbered(2)[0]) == "spooled"
        await eventually(lambda: desk.holds(1, 2))
    assert [file.suffix for file in folder.iterdir()] == [".damaged"]


async def test_no_redis_and_no_disk_is_told(
    server: EmbeddedValkey, own_redis: Redis, keys: Keys, tmp_path: Path
) -> None:
    """When neither takes the message, the room is told: it is lost, and nobody pretends."""
    async with Desk(own_redis, keys, tmp_path / "spool") as desk:
        server.kill()
        shutil.rmtree(tmp_path / "spool")  # as good as full: every write fails
        assert await desk.reception.take(_numbered(1)[0]) == "lost"


async def test_a_full_redis_spools(
    server: EmbeddedValkey, own_redis: Redis, keys: Keys, tmp_path: Path
) -> None:
    """Out of memory with noeviction is an outage like another: spooled, fed when there is room."""
    async with Desk(own_redis, keys, tmp_path / "spool") as desk:
        await own_redis.config_set("maxmemory", "1")
        assert await desk.reception.take(_numbered(1)[0]) == "spooled"
        await own_redis.config_set("maxmemory", "0")
        await eventually(lambda: desk.holds(1))


async def test_a_spool_that_cannot_be_read_for_a_while_is_fed_afterwards(
    own_redis: Redis, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no descriptor free the feeder goes on trying, and says so once: nothing is forgotten."""
    await Spool(tmp_path / "spool").put(inbound(1, accepted_ms=1))
    desk = Desk(own_redis, keys, tmp_path / "spool")
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr("ingress.intake.reception.FEED_EVERY_S", 0.001)
        patched.setattr("ingress.intake.spool.os.listdir", out_of_descriptors)
        async with desk:
            await asyncio.sleep(0.05)
            patched.undo()
            await eventually(lambda: desk.holds(1))
    assert [entry["event"] for entry in logs].count("spool_unreadable") == 1


def out_of_descriptors(_: Path) -> list[str]:
    raise OSError(errno.EMFILE, "Too many open files")

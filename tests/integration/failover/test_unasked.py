"""The sentinels replace a master that lives: fault runs have to know of it."""

from pathlib import Path

from redis.asyncio import Redis

from operate.launch.valkey_address import HOST
from tests.conftest import eventually
from tests.sentinels import MASTER, SentinelSet


async def test_a_failover_that_nobody_made_is_counted(tmp_path: Path) -> None:
    """One where a master was killed; one more where they were told to choose another."""
    with SentinelSet(tmp_path / "set", replicas=2) as servers:
        assert (servers.failovers, servers.broken) == (0, 0)
        servers.kill_master()
        await servers.failed_over()
        assert (servers.failovers, servers.broken) == (1, 1)
        servers.start_again()
        await servers.whole()
        async with Redis(host=HOST, port=servers.sentinels[0].port) as sentinel:
            await sentinel.sentinel_failover(MASTER)  # type: ignore[no-untyped-call]

        async def was_counted() -> bool:
            return servers.failovers > servers.broken

        await eventually(was_counted)
        assert (servers.failovers, servers.broken) == (2, 1)

"""Every kind of client finds the master that the sentinels name, also the next one."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.redis.client import blocking_client, redis_client
from tests.conftest import eventually
from tests.sentinels import SentinelSet


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """The file with its certificate, and beside it what a server at 127.0.0.1 shows."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        str(tmp_path / "server.pem")
    )
    return tmp_path / "ca.pem"


@pytest.fixture
def over_tls(tmp_path: Path, authority: Path) -> Iterator[SentinelSet]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority.with_name("server.pem"))
    with SentinelSet(tmp_path / "set", password="hush0", sentinel_password="hush1", tls=tls) as up:
        yield up


@pytest.mark.short_form("kill_master")
@pytest.mark.parametrize("breaking", ["kill_master", "stop_master"])
async def test_clients_go_on_with_the_next_master(
    sentinels: SentinelSet, redis: Redis, blocking: BlockingRedis, breaking: str
) -> None:
    """By themselves; what was written before is there, and who was master takes no more writes."""
    await redis.set("written", "before")
    assert blocking.get("written") == b"before"
    await redis.wait(1, 2000)
    broken = getattr(sentinels, breaking)()
    await sentinels.failed_over()
    sentinels.start_again()
    await eventually(lambda: _writes(redis))
    await eventually(lambda: _reads(blocking))
    assert await redis.get("written") == b"before"
    assert sentinels.master is not broken
    async with sentinels.client_of(sentinels.master) as master:
        assert await master.get("asked") == await redis.get("asked")


async def test_so_they_do_over_tls(over_tls: SentinelSet, authority: Path) -> None:
    """Sentinels and servers, the old master and the new; whoever trusts another authority is told,
    and never asks plainly instead."""
    url = f"{over_tls.url}&ssl_ca_certs={authority}"
    with blocking_client(url, timeout_s=2) as blocking:
        async with redis_client(url) as redis, redis_client(over_tls.url) as elsewhere:
            await redis.set("written", "before")
            await redis.wait(1, 2000)
            with pytest.raises(RedisError):
                await elsewhere.get("written")
            over_tls.kill_master()
            await over_tls.failed_over()
            await eventually(lambda: _writes(redis))
            await eventually(lambda: _reads(blocking))
    assert all(door.handshakes for door in over_tls.doors[:2]), "the servers'"
    assert any(door.handshakes for door in over_tls.doors[2:]), "the sentinels'"


async def _writes(redis: Redis) -> bool:
    try:
        return bool(await redis.incr("asked"))
    except RedisError:
        return False


async def _reads(blocking: BlockingRedis) -> bool:
    try:
        return bool(blocking.get("written") == b"before")
    except RedisError:
        return False

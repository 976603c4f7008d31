"""Every client of Redis is made here, whatever REDIS_URL names: a server, or sentinels.

With bounds: Campfire waits 7 seconds, and a person no longer.
"""

from contextlib import suppress
from typing import Any

import redis as blocking_redis
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import FullJitterBackoff
from redis.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool

from shared.redis.address import PATIENCE, Sentinels, sentinels_in
from shared.redis.light_client import LightRedis
from shared.redis.master_pool import MasterPool
from shared.redis.pool import WaitingPool

SOCKET_TIMEOUT_S = 2.0
"""Without it a stopped Redis holds an enqueue 10 s; Campfire gives up after 7 (docs/arq.md)."""
MASTER_CONNECT_S = 1.0
"""At most, for a master whose machine may be gone: it is tried twice, within those 7 seconds."""


def redis_client(
    url: str, *, max_connections: int = 32, socket_timeout_s: float = SOCKET_TIMEOUT_S
) -> Redis:
    """A client over `redis_pool`."""
    return LightRedis.from_pool(
        redis_pool(url, max_connections=max_connections, socket_timeout_s=socket_timeout_s)
    )


def redis_pool(url: str, *, max_connections: int, socket_timeout_s: float) -> WaitingPool:
    """A pool that waits when it is used up; nothing is connected yet.

    A pool that refuses instead cost 278 of the requests in a load test (docs/arq.md). Raises
    ValueError for a URL that is none.
    """
    options: dict[str, Any] = {
        "max_connections": max_connections,
        "timeout": socket_timeout_s,
        "socket_timeout": socket_timeout_s,
        "socket_connect_timeout": socket_timeout_s,
        "health_check_interval": 30,
        # Not more: redis-py spends all of them on the address of a master that is gone.
        "retry": Retry(FullJitterBackoff(cap=0.1, base=0.01), 1),
    }
    if at := sentinels_in(url):
        connect_s = min(MASTER_CONNECT_S, socket_timeout_s)
        return MasterPool(at, **{**options, "socket_connect_timeout": connect_s})
    pool: WaitingPool = WaitingPool.from_url(url, **options)
    return pool


def blocking_client(url: str, *, timeout_s: float) -> blocking_redis.Redis:
    """For a thread, or a command, without a loop; raises ValueError for a URL that is none."""
    patience = {"socket_timeout": timeout_s, "socket_connect_timeout": timeout_s}
    if at := sentinels_in(url):
        return _of_master(at, patience)
    return blocking_redis.Redis.from_url(url, **patience)


def _of_master(at: Sentinels, patience: dict[str, float]) -> blocking_redis.Redis:
    of_sentinels = {**PATIENCE, **at.of_sentinels}
    lookup = Sentinel(at.hosts, sentinel_kwargs=of_sentinels)  # type: ignore[no-untyped-call]
    client: blocking_redis.Redis = lookup.master_for(  # type: ignore[no-untyped-call]
        at.master, connection_pool_class=_Asking, **{**patience, **at.of_server}
    )
    return client


class _Asking(SentinelConnectionPool):
    """Asks the sentinels each time: see MasterPool. Whoever blocks asks Redis once in seconds."""

    def get_connection(self, *_: Any, **__: Any) -> Any:
        with suppress(MasterNotFoundError):
            self.get_master_address()  # type: ignore[no-untyped-call]
        return super().get_connection()

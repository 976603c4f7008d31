"""One Redis client a process, with bounds: Campfire waits 7 seconds, and a person no longer."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import FullJitterBackoff

SOCKET_TIMEOUT_S = 2.0
"""Without it a stopped Redis holds an enqueue 10 s; Campfire gives up after 7 (docs/arq.md)."""


def redis_client(
    url: str, *, max_connections: int = 32, socket_timeout_s: float = SOCKET_TIMEOUT_S
) -> Redis:
    """A client over a pool that waits when it is used up; nothing is connected yet.

    A pool that refuses instead cost 278 of the requests in a load test (docs/arq.md).
    """
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
        url,
        max_connections=max_connections,
        timeout=socket_timeout_s,
        socket_timeout=socket_timeout_s,
        socket_connect_timeout=socket_timeout_s,
        health_check_interval=30,
        retry=Retry(FullJitterBackoff(cap=0.1, base=0.01), 1),
    )
    return Redis.from_pool(pool)

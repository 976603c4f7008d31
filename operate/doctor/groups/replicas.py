"""Redis: who takes over when the master is gone, and what is lost then."""

from collections.abc import Iterator
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from operate.doctor.finding import Finding, broken, ok, warning
from shared.redis.asking_sentinels import Heard

LEAST_SENTINELS = 3
"""Of two, none can tell whether the other is gone or itself cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicas:
    """Those that follow this server."""

    connected: int = 0
    least: int | None = None
    """`min-replicas-to-write`; None: it does not tell."""
    waited_for: int = 0
    """REDIS_WAIT_REPLICAS."""
    watched: Heard | None = None
    """None: REDIS_URL names the server itself."""


async def least_replicas(redis: Redis) -> int | None:
    """`min-replicas-to-write`; None where it may not be asked, as with some managed servers."""
    try:
        told = await redis.config_get("min-replicas-to-write")
    except ResponseError:
        return None
    return int(told.get("min-replicas-to-write", 0))


def replica_findings(found: Replicas) -> Iterator[Finding]:
    """What is told of them; nothing of a server alone."""
    if found.watched is not None:
        yield from _watch(found.watched, found)
        yield ok(_safety(found))
    if found.waited_for > found.connected:
        yield broken(
            f"REDIS_WAIT_REPLICAS is {found.waited_for}, and {_replicas(found.connected)} it:"
            " messages wait on the web process's disk",
            "Start as many, or set it to less.",
        )


def _watch(watched: Heard, found: Replicas) -> Iterator[Finding]:
    silent = watched.named - watched.answering
    yield ok(
        f"{watched.answering} of {watched.named} sentinels answer: {watched.name} is"
        f" {watched.master}; {_replicas(found.connected)} it"
    )
    if silent:
        yield warning(
            f"{silent} of the sentinels in REDIS_URL do not answer",
            "Start them, or take them out of REDIS_URL.",
        )
    if watched.known < LEAST_SENTINELS:
        yield warning(
            f"{watched.known} sentinels watch it, which cannot agree that it is gone",
            "Have three, on three machines.",
        )
    if not found.connected:
        yield warning(
            "no replica follows the master: nobody takes over when it is gone",
            "Start one, with `replicaof` the master's address.",
        )


def _safety(found: Replicas) -> str:
    least = "not told" if found.least is None else found.least
    told = f"min-replicas-to-write is {least}, REDIS_WAIT_REPLICAS {found.waited_for}"
    if found.least or found.waited_for:
        return told
    return f"{told}: a failover may lose what was taken in the last moment"


def _replicas(count: int) -> str:
    return "1 replica follows" if count == 1 else f"{count or 'no'} replicas follow"

"""The members, which are the consumers that share one queue: who lives, by Redis's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from shared.keys import Keys


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """One that lives."""

    name: str
    """Outlives its process; no two that live have the same."""
    me: str
    """The name and its process, as claims carry them."""
    lease_ms: int
    """Until its lease lapses, unless its heart beats."""
    leaving: bool
    """It drains: it claims nothing more."""


def name_of(me: str) -> str:
    """The name of the member that is called `me`; the same as in shared/redis/lua/members.lua."""
    return me.rpartition(":")[0] or me


def ask(pipe: Any, keys: Keys) -> None:
    """Three commands; their answers are for `read`."""
    pipe.zrange(keys.members, 0, -1, withscores=True)
    pipe.smembers(keys.leaving)
    pipe.time()


def read(answers: Sequence[Any]) -> list[Member]:
    """The members that live, by name."""
    members, leaving, (seconds, microseconds) = answers
    now = seconds * 1000 + microseconds // 1000
    return sorted(
        Member(name_of(me.decode()), me.decode(), round(lapses - now), me in leaving)
        for me, lapses in members
        if lapses > now
    )


async def living(redis: Redis, keys: Keys) -> list[Member]:
    """The same, asked for now; raises redis.RedisError."""
    pipe = redis.pipeline(transaction=False)
    ask(pipe, keys)
    return read(await pipe.execute())


def first(members: Sequence[Member]) -> Member | None:
    """Who does what is to be done once: of those that stay the one whose name sorts first."""
    staying = [member for member in members if not member.leaving] or members
    return min(staying, default=None)

"""Redis: whether it keeps what it is given, and who works on the queue."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from redis.asyncio import Redis

from operate.doctor.finding import Finding, broken, ok, warning
from operate.doctor.groups.replicas import Replicas, replica_findings
from shared.keys import Keys
from shared.operating.bots import BotRow
from shared.operating.machines import Machines
from shared.redis.format import Format, OtherFormat

OLDEST = 7
"""`#!lua` scripts with flags came with it."""
SLOW_S, FULL, CLOCK_S = 0.05, 0.9, 2.0
_ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What it says of itself, and what lies in it."""

    machines: Machines
    rows: tuple[BotRow, ...] = ()
    answers_s: float = 0.0
    clock_s: float = 0.0
    """How far its clock is ahead of ours."""
    is_replica: bool = False
    replicas: Replicas = field(default_factory=Replicas)
    format: str = ""
    """Why another release's data lies in it."""
    strangers: tuple[str, ...] = ()
    """Ids of bots that were called under this prefix, and have no file here."""


async def answers_s(redis: Redis) -> float:
    """How long an answer takes, the second best of some: what a pause of ours added is left out."""
    took: list[float] = []
    for _ in range(_ROUNDS):
        begin = time.monotonic()
        await redis.ping()
        took.append(time.monotonic() - begin)
    return sorted(took)[1]


async def clock_s(redis: Redis) -> float:
    """How far its clock is ahead of ours."""
    seconds, micros = await redis.time()
    return float(int(seconds) + int(micros) / 1e6 - time.time())


async def other_format(redis: Redis, keys: Keys) -> str:
    """Why this release cannot use what lies there; nothing where it can. Writes nothing."""
    try:
        await Format(redis, keys).refuse_newer()
    except OtherFormat as error:
        return str(error)
    return ""


async def strangers(redis: Redis, keys: Keys, bot_ids: Collection[str]) -> tuple[str, ...]:
    """Bots that others run under our prefix, or that are gone."""
    pipe = redis.pipeline(transaction=False)
    pipe.hkeys(keys.deliveries)
    (called,) = await pipe.execute()
    return tuple(sorted({name.decode() for name in called} - set(bot_ids)))


def redis_findings(found: Server, prefix: str) -> Iterator[Finding]:
    """What is told of it."""
    row = found.machines.redis
    if _major(row.version) < OLDEST:
        yield broken(
            f"it is {row.version}, and our scripts need {OLDEST}",
            "Use Redis 7 or newer, or Valkey; `python -m operate.launch` brings one of its own.",
        )
    else:
        yield ok(f"{row.version} answers within {found.answers_s * 1000:.0f} ms")
    yield from _keeps(found)
    yield from replica_findings(found.replicas)
    yield from _quick(found)
    yield from _owner(found)
    if found.format:
        yield broken(found.format, "Start the release that was running before, or a newer one.")
    if found.strangers:
        yield warning(
            f"bots that have no file here were called under this prefix: {_some(found.strangers)}",
            f"Where another service uses this Redis too, set REDIS_PREFIX to a name of your own (it"
            f" is {prefix} now); of bots that are gone nothing has to be done.",
        )


def _keeps(found: Server) -> Iterator[Finding]:
    row = found.machines.redis
    if found.is_replica:
        yield broken("it is a replica, which takes no writes", "Set REDIS_URL to its primary.")
    if not row.aof:
        yield warning(
            "it writes no log (AOF): a restart loses what it has accepted since the last snapshot",
            "Set `appendonly yes` in its configuration.",
        )
    elif not row.aof_ok:
        yield broken("it cannot write its log, and so takes nothing", "Make room on its disk.")
    if row.evicts:
        yield warning(
            "it throws keys away when its memory is full: messages would vanish",
            "Set `maxmemory-policy noeviction` in its configuration.",
        )
    if row.most_mb and row.used_mb > FULL * row.most_mb:
        yield warning(
            f"{row.used_mb:.0f} of its {row.most_mb:.0f} MiB are used",
            "Raise `maxmemory`: when it is full it takes no message.",
        )


def _quick(found: Server) -> Iterator[Finding]:
    if found.answers_s > SLOW_S:
        yield warning(
            f"it takes {found.answers_s * 1000:.0f} ms to answer",
            "Use a Redis on this machine or in its network: each message asks it a dozen times.",
        )
    if abs(found.clock_s) > CLOCK_S:
        yield warning(
            f"its clock and ours differ by {abs(found.clock_s):.0f} s",
            "Have both machines' clocks set by the network (timedatectl set-ntp true).",
        )


def _owner(found: Server) -> Iterator[Finding]:
    workers = [it for it in found.machines.consumers if it.lease_s is not None]
    if not workers:
        yield warning(
            "no worker works on the queue: messages are taken in, and wait",
            "Start it: `.venv/bin/python -m operate.launch` starts both processes.",
        )
    for worker in workers:
        does = "is about to end; others go on" if worker.draining else "works on the queue"
        yield ok(f"the worker {worker.name} {does}")


def _major(version: str) -> int:
    number = version.partition(".")[0]
    return int(number) if number.isdigit() else OLDEST


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (" and more" if len(names) > 5 else "")

"""The processes and Redis, as they say themselves."""

from collections import Counter
from collections.abc import Awaitable
from typing import Any, cast

from redis.asyncio import Redis

from shared.between_processes.heartbeat import Heartbeat
from shared.between_processes.service_status import ServiceStatus
from shared.between_processes.web_state import GONE_MS, WebState
from shared.keys import Keys
from shared.members import first, living
from shared.operating.machines import ConsumerRow, Machines, RedisRow
from shared.operating.reading.members import beats, homes, statuses
from shared.redis import clock

_MB = 1024 * 1024


async def read_machines(redis: Redis, keys: Keys) -> Machines:
    """What the processes and Redis tell of themselves; raises RedisError."""
    alive = await living(redis, keys)
    members = {member.name: member for member in alive}
    hearts, told = await beats(redis, keys, alive), await statuses(redis, keys, alive)
    owned = Counter((await homes(redis, keys)).values()) if len(members) > 1 else None
    names = sorted({*members, *hearts})
    first_of_all = first(alive)
    rows = tuple(
        _consumer(hearts.get(name), told.get(name, ServiceStatus())).model_copy(
            update={
                "name": name,
                "first": first_of_all is not None and name == first_of_all.name,
                "lease_s": members[name].lease_ms / 1000 if name in members else None,
                "lanes": None if owned is None else owned[name],
            }
        )
        for name in names
    )
    webs = await _webs(redis, keys)
    return Machines(consumers=rows, redis=_redis(await redis.info()), webs=webs)


async def _webs(redis: Redis, keys: Keys) -> tuple[WebState, ...]:
    pipe = redis.pipeline(transaction=False)
    pipe.hvals(keys.web_processes)
    pipe.time()
    told, at = await cast(Awaitable[list[Any]], pipe.execute())
    webs = (WebState.model_validate_json(it) for it in told)
    alive = [it for it in webs if it.at_ms > clock.in_ms(at) - GONE_MS]
    return tuple(sorted(alive, key=lambda it: (it.process.host, it.process.since_ms)))


def _consumer(heart: Heartbeat | None, told: ServiceStatus) -> ConsumerRow:
    return ConsumerRow(
        beat_ms=round(heart.at * 1000) if heart else None,
        running=heart.running if heart else 0,
        draining=heart is not None and heart.draining,
        failing=heart.failing if heart else (),
        hot=told.active_sessions,
        most_hot=told.max_hot_sessions,
        spares=told.spares,
        memory_mb=told.memory_mb,
        most_memory_mb=told.max_memory_mb,
        turns=told.turns,
        failed_turns=told.failed_turns,
        cost_usd=told.cost_usd,
        process=heart.process if heart else None,
    )


def _redis(told: dict[str, Any]) -> RedisRow:
    most = int(told.get("maxmemory", 0))
    saved = int(told.get("rdb_last_save_time", 0))
    return RedisRow(
        version=str(told.get("valkey_version") or told.get("redis_version", "")),
        up_s=int(told.get("uptime_in_seconds", 0)),
        used_mb=int(told.get("used_memory", 0)) / _MB,
        most_mb=most / _MB if most else None,
        evicts=told.get("maxmemory_policy", "noeviction") != "noeviction",
        aof=bool(told.get("aof_enabled", 0)),
        aof_ok=told.get("aof_last_write_status", "ok") == "ok",
        saved_ms=saved * 1000 or None,
        clients=int(told.get("connected_clients", 0)),
    )

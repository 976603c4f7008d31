"""What Redis is asked, and what is told where it is not there."""

import asyncio

from redis.asyncio import Redis
from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import RedisError

from operate.doctor.finding import Finding, broken, warning
from operate.doctor.groups.redis_server import (
    Server,
    answers_s,
    clock_s,
    other_format,
    redis_findings,
    strangers,
)
from operate.doctor.groups.replicas import Replicas, least_replicas
from operate.doctor.groups.worker_says import worker_findings
from operate.doctor.setup import Setup
from operate.shell.made_up import NO_VALKEY, START, called
from shared.bots import bot_ids
from shared.errors import ConfigurationError
from shared.keys import Keys
from shared.numbers import whole_number
from shared.operating.reading.bot_list import read_bots
from shared.operating.reading.machine_list import read_machines
from shared.redis.asking_sentinels import Heard, ask_sentinels
from shared.redis.client import redis_client

AtRedis = Server | RedisError | ConfigurationError | None
"""What it says; why it does not answer; why its sentinels do not know it; None: nobody knows where
it is."""


async def ask_redis(told: Setup) -> AtRedis:
    """Look once; nothing is written."""
    if told.redis_url is None or told.problems_of("Redis"):
        return None
    redis, keys = redis_client(told.redis_url, max_connections=4), Keys(told.prefix)
    try:
        heard = await asyncio.to_thread(ask_sentinels, told.redis_url)
        return await _server(told, redis, keys, heard)
    except (RedisError, ConfigurationError) as error:
        return error
    finally:
        await redis.aclose()


def of_redis(told: Setup, found: AtRedis) -> list[Finding]:
    """The group Redis."""
    if isinstance(found, Server):
        return list(redis_findings(found, told.prefix))
    if isinstance(found, ConfigurationError):
        return [broken(str(found), "Set REDIS_URL right: see docs/operations/redis.md.")]
    if isinstance(found, RedisError):
        why = str(found) if isinstance(found, MasterNotFoundError) else type(found).__name__
        return [_silent(told, why)]
    if told.problems_of("Redis"):
        return []
    return [warning(NO_VALKEY, START)]


def _silent(told: Setup, why: str) -> Finding:
    mend = "Stop the service and start it again."
    if told.get("REDIS_URL"):
        mend = (
            "Start it, set REDIS_URL right, or leave REDIS_URL out: `python -m operate.launch` then"
            " brings a Valkey of its own."
        )
    return broken(f"{called(told.values)} does not answer ({why})", mend)


def of_worker(found: AtRedis) -> list[Finding]:
    """Of the group Tools what the worker has left to read."""
    return list(worker_findings(found.rows)) if isinstance(found, Server) else []


async def _server(told: Setup, redis: Redis, keys: Keys, heard: Heard | None) -> Server:
    replication = await redis.info("replication")
    return Server(
        machines=await read_machines(redis, keys),
        rows=await read_bots(redis, keys, told.bots, told.keys),
        answers_s=await answers_s(redis),
        clock_s=await clock_s(redis),
        is_replica=replication.get("role") == "slave",
        replicas=Replicas(
            connected=int(replication.get("connected_slaves", 0)),
            least=await least_replicas(redis),
            waited_for=whole_number(told.get("REDIS_WAIT_REPLICAS", "0")) or 0,
            watched=heard,
        ),
        format=await other_format(redis, keys),
        strangers=await strangers(redis, keys, bot_ids(told.bots_dir)),
    )

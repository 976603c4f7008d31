"""Looks at all nine groups side by side; what one cannot look at keeps no other from it."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from consumer.campfire.inspection import Inspection
from consumer.messages_api import MessagesApi
from consumer.posted_files.storage import CampfireStorage
from consumer.start_check.campfire import campfire_findings as inspected
from consumer.start_check.finding import Finding as Checked
from operate.doctor.finding import Finding, Group, broken, unknown, warning
from operate.doctor.groups.bot_keys import WHERE, key_findings, shared_keys
from operate.doctor.groups.campfire import Contact, campfire_findings, contact, origin
from operate.doctor.groups.machine import machine, machine_findings
from operate.doctor.groups.model import model_findings
from operate.doctor.groups.redis_server import (
    Server,
    answers_s,
    clock_s,
    other_format,
    redis_findings,
    strangers,
)
from operate.doctor.groups.safety import safety_findings, shell_findings
from operate.doctor.groups.storage import disk, disk_findings
from operate.doctor.groups.tools import tool_findings
from operate.doctor.groups.webhook import (
    Way,
    delivery_findings,
    listener,
    local_url,
    way_findings,
)
from operate.doctor.groups.webhook_urls import entered, url_findings
from operate.doctor.told import Told, without_key
from shared.bots import bot_ids
from shared.keys import Keys
from shared.numbers import whole_number
from shared.operating.reading.bot_list import read_bots
from shared.operating.reading.machine_list import read_machines
from shared.redis.client import redis_client
from shared.secret_names import secrets_of
from shared.startup.exposure import exposures

_MENDS = {
    "Tools": "Mend that line of the bot's file; docs/bots.md has each key.",
    "Bot keys": f"Campfire shows a bot's key {WHERE}.",
}
_IN_SETTINGS = "Set it right in .env or the environment; README's table Settings has each."


@dataclass(frozen=True, slots=True)
class _Campfire:
    contact: Contact
    inspection: Inspection
    checked: Sequence[Checked]


async def examine(told: Told, base: str = "") -> tuple[Group, ...]:
    """All groups; `base` is what Campfire calls the web process, where that is known."""
    campfire, server, way, urls, tools, model = await asyncio.gather(
        _campfire(told),
        _redis(told),
        _way(told, base),
        _urls(told),
        tool_findings(told.concerned, told.values),
        _model(told),
    )
    found = {
        "Bot keys": _keys(told, campfire),
        "Campfire": await _at_campfire(told, campfire),
        "Webhook": [*_deliveries(told, way, server), *urls],
        "Storage": list(disk_findings(disk(told.data_dir))),
        "Tools": tools,
        "Redis": _of_redis(told, server),
        "Model": model,
        "Machine": list(machine_findings(machine(), _wanted(told))),
        "Safety": await asyncio.to_thread(lambda: list(_safety(told))),
    }
    return tuple(Group(name, (*_problems(told, name), *them)) for name, them in found.items())


def _problems(told: Told, group: str) -> Iterator[Finding]:
    for problem in told.problems_of(group):
        yield broken(problem, _MENDS.get(group, _IN_SETTINGS))


async def _campfire(told: Told) -> _Campfire | None:
    url = told.get("CAMPFIRE_URL")
    if not url or told.problems_of("Campfire"):
        return None
    inspection = Inspection(url, told.keys)
    now = datetime.now(UTC)
    found, checked = await asyncio.gather(contact(url, now), inspected(inspection))
    return _Campfire(found, inspection, checked)


async def _at_campfire(told: Told, campfire: _Campfire | None) -> list[Finding]:
    if campfire is None:
        return []  # its problem is told
    try:
        kind = await campfire.inspection.kind()
    finally:
        await campfire.inspection.aclose()
    return list(campfire_findings(told.get("CAMPFIRE_URL"), kind, campfire.contact))


def _keys(told: Told, campfire: _Campfire | None) -> list[Finding]:
    checked = campfire.checked if campfire else ()
    return [*key_findings(checked, without_key(told), told.keys), *shared_keys(told.keys)]


async def _redis(told: Told) -> Server | RedisError | None:
    if told.redis_url is None or told.problems_of("Redis"):
        return None
    redis, keys = redis_client(told.redis_url, max_connections=4), Keys(told.prefix)
    try:
        return await _server(told, redis, keys)
    except RedisError as error:
        return error
    finally:
        await redis.aclose()


async def _server(told: Told, redis: Redis, keys: Keys) -> Server:
    return Server(
        machines=await read_machines(redis, keys),
        rows=await read_bots(redis, keys, told.bots, told.keys),
        answers_s=await answers_s(redis),
        clock_s=await clock_s(redis),
        is_replica=(await redis.info("replication")).get("role") == "slave",
        format=await other_format(redis, keys),
        strangers=await strangers(redis, keys, bot_ids(told.bots_dir)),
    )


def _of_redis(told: Told, server: Server | RedisError | None) -> list[Finding]:
    if isinstance(server, Server):
        return list(redis_findings(server, told.prefix))
    if isinstance(server, RedisError):
        return [
            broken(
                f"REDIS_URL: Redis does not answer ({type(server).__name__})",
                "Start it, set REDIS_URL right, or leave REDIS_URL out: `python -m operate.launch`"
                " then brings a Valkey of its own.",
            )
        ]
    if told.problems_of("Redis"):
        return []
    return [
        warning(
            "REDIS_URL is not set, and the launcher, which brings a Valkey of its own, does not run"
            " over this DATA_DIR",
            "Start the service: `.venv/bin/python -m operate.launch`.",
        )
    ]


async def _way(told: Told, base: str) -> Way | None:
    if told.port is None:
        return None
    return Way(
        host=told.host,
        port=told.port,
        here=await listener(local_url(told.host, told.port)),
        base=base,
        there=await listener(base) if base else None,
        campfire_url=told.get("CAMPFIRE_URL"),
    )


def _deliveries(told: Told, way: Way | None, server: Server | RedisError | None) -> list[Finding]:
    if way is None:
        nothing = [unknown("PORT is 0, any free one: only the log of the web process says which")]
        return [] if told.problems_of("Webhook") else nothing
    rows = server.rows if isinstance(server, Server) else ()
    return [*way_findings(way), *delivery_findings(way, told.keys, rows)]


async def _urls(told: Told) -> list[Finding]:
    storage = told.get("CAMPFIRE_STORAGE")
    if not storage or told.port is None:
        return []
    if trouble := await asyncio.to_thread(CampfireStorage(Path(storage)).trouble):
        mend = "Mount Campfire's /rails/storage read-only, for the service's user to read."
        return [warning(f"CAMPFIRE_STORAGE: {trouble}", mend)]
    urls = await asyncio.to_thread(entered, Path(storage))
    ours = {bot_id: told.user_id(bot_id) for bot_id in told.keys}
    places = {origin(url) for user_id, url in (urls or {}).items() if user_id in ours.values()}
    answering = {place: await listener(place) for place in places}
    return list(url_findings(urls, ours, answering, told.port))


async def _model(told: Told) -> list[Finding]:
    key = told.get("ANTHROPIC_API_KEY")
    if not key or told.problems_of("Model"):
        return []  # its problem is told
    return await model_findings(
        MessagesApi(told.get("ANTHROPIC_BASE_URL") or None, key), told.models
    )


def _wanted(told: Told) -> int:
    return whole_number(told.get("MAX_HOT_SESSIONS")) or 0


def _safety(told: Told) -> Iterator[Finding]:
    yield from safety_findings(
        host=told.host,
        auth=told.get("INGRESS_AUTH", "on"),
        secret_files=told.environment.secret_files,
        exposed=exposures(secrets_of(told.values)),
    )
    yield from shell_findings(told.concerned)

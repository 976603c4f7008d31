"""Looks at all nine groups side by side; what one cannot look at keeps no other from it."""

import asyncio
from collections.abc import Iterator
from typing import cast, get_args

from consumer.agent.agent_memory import Wanted
from consumer.messages_api import MessagesApi
from ingress.operator.page.authentication.codes import Codes
from operate.doctor.at_campfire import ask_campfire, of_campfire, of_keys
from operate.doctor.at_redis import AtRedis, ask_redis, of_redis, of_worker
from operate.doctor.finding import Finding, Group, broken, ok
from operate.doctor.groups.bot_keys import WHERE
from operate.doctor.groups.machine import Machine, machine, machine_findings
from operate.doctor.groups.model import model_findings
from operate.doctor.groups.redis_server import Server
from operate.doctor.groups.safety import safety_findings, shell_findings, token_findings
from operate.doctor.groups.storage import disk, disk_findings
from operate.doctor.groups.tools import tool_findings
from operate.doctor.on_the_way import ask_way, of_way, urls_in_campfire
from operate.doctor.setup import Setup
from operate.launch.plan import SET_UP
from shared.numbers import whole_number
from shared.secret_names import secrets_of
from shared.startup.admin_token import admin_token_file
from shared.startup.exposure import exposures

_MENDS = {
    "Tools": "Mend that line of the bot's file; docs/bots.md has each key.",
    "Bot keys": f"Campfire shows a bot's key {WHERE}.",
}
_IN_SETTINGS = "Set it right in .env or the environment; README's table Settings has each."


async def examine(told: Setup, base: str = "") -> tuple[Group, ...]:
    """All groups; `base` is what Campfire calls the web process, where that is known."""
    campfire, redis, way, urls, tools, model = await asyncio.gather(
        ask_campfire(told),
        ask_redis(told),
        ask_way(told, base),
        urls_in_campfire(told),
        tool_findings(told.concerned, told.values),
        _model(told),
    )
    found = {
        "Bot keys": of_keys(told, campfire),
        "Campfire": of_campfire(told, campfire),
        "Webhook": [*of_way(told, way, redis), *urls],
        "Storage": list(disk_findings(disk(told.data_dir))),
        "Tools": [*tools, *of_worker(redis)],
        "Redis": of_redis(told, redis),
        "Model": model,
        "Machine": list(machine_findings(_machine(told), _wanted(told))),
        "Safety": await asyncio.to_thread(lambda: list(_safety(told, redis))),
    }
    return tuple(Group(name, (*_problems(told, name), *them)) for name, them in found.items())


def _problems(told: Setup, group: str) -> Iterator[Finding]:
    for problem in told.problems_of(group):
        is_new = problem.startswith("CAMPFIRE_URL: not set")
        yield broken(problem, SET_UP if is_new else _MENDS.get(group, _IN_SETTINGS))


async def _model(told: Setup) -> list[Finding]:
    key = told.get("ANTHROPIC_API_KEY")
    if not key or told.problems_of("Model"):
        return []  # its problem is told
    api = MessagesApi(told.get("ANTHROPIC_BASE_URL") or None, key)
    findings = await model_findings(api, told.models)
    if "ANTHROPIC_API_KEY" in told.made_up:
        return [ok("ANTHROPIC_API_KEY is not set: a stand-in model answers, not Claude"), *findings]
    return findings


def _machine(told: Setup) -> Machine:
    memory = told.get("AGENT_MEMORY")
    known = memory if memory in get_args(Wanted) else "auto"  # what is wrong with it is told
    return machine(cast(Wanted, known), whole_number(told.get("SESSION_MEMORY_MB")))


def _wanted(told: Setup) -> int:
    return whole_number(told.get("MAX_HOT_SESSIONS")) or 0


def _safety(told: Setup, redis: AtRedis) -> Iterator[Finding]:
    yield from safety_findings(
        host=told.host,
        auth=told.get("INGRESS_AUTH", "on"),
        secret_files=told.environment.secret_files,
        exposed=exposures(secrets_of(told.values)),
    )
    yield from shell_findings(told.concerned)
    if isinstance(redis, Server):
        yield from token_findings([it.token_mark for it in redis.machines.webs], _token_mark(told))


def _token_mark(told: Setup) -> str:
    """Which admin token commands take here; empty: none has been made yet."""
    file = admin_token_file(told.data_dir)
    try:
        token = told.get("ADMIN_TOKEN") or file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return Codes.of(token).mark

"""`python -m operate.launch`, which is `make run`: read, plan, check, then run."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dotenv import dotenv_values

from operate.launch.bot_keys import missing_bot_keys
from operate.launch.checks import check_free, check_redis, check_writable, choose_port
from operate.launch.console import Console
from operate.launch.environment import LaunchEnvironment, LaunchError
from operate.launch.plan import Plan, make_plan
from operate.launch.supervisor import EXIT_CONFIGURATION, Supervisor
from operate.launch.valkey import ValkeyError

PROCFILE = Path("Procfile")


def main() -> int:
    """Run the service until it ends; its exit code. 2: a sentence on stderr says what is wrong."""
    os.umask(0o077)  # DATA_DIR holds what people say in their rooms, and keys
    try:
        settings = _settings()
        plan = make_plan(settings, _procfile())
        _check(plan, settings)
        environment = _environment(plan, settings)
        return asyncio.run(_run(plan, environment))
    except (LaunchError, ValkeyError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - for whoever typed the command
        return EXIT_CONFIGURATION


def _settings() -> LaunchEnvironment:
    settings = LaunchEnvironment.read(os.environ, dotenv_values(".env"))
    return replace(
        settings, ingress=choose_port(settings.ingress), sandbox=choose_port(settings.sandbox)
    )


def _procfile() -> str:
    try:
        return PROCFILE.read_text(encoding="utf-8")
    except OSError as error:
        raise LaunchError(f"{PROCFILE.absolute()} cannot be read: {error.strerror}.") from None


def _check(plan: Plan, settings: LaunchEnvironment) -> None:
    check_writable(settings.data_dir)
    for listener in plan.listeners:
        check_free(listener)
    if settings.redis_url is not None:
        check_redis(settings.redis_url)


def _environment(plan: Plan, settings: LaunchEnvironment) -> dict[str, str]:
    """What every process gets; `python` in the Procfile is the interpreter that runs us."""
    keys: Mapping[str, str] = {}
    if plan.generate_bot_keys:
        file = settings.data_dir / "sandbox" / "bot_keys.json"
        keys = missing_bot_keys(settings.bots_dir, settings.bot_keys, file)
    interpreter = os.path.dirname(sys.executable)
    path = os.pathsep.join([interpreter, os.environ.get("PATH", os.defpath)])
    return {**os.environ, **plan.environment, **keys, "PATH": path}


async def _run(plan: Plan, environment: Mapping[str, str]) -> int:
    console = Console.on([*plan.service, *plan.stand_ins])
    for notice in plan.notices:
        console.say(notice)
    return await Supervisor(plan, environment, console).run()


if __name__ == "__main__":
    sys.exit(main())

"""`python -m operate.launch`: the Procfile's processes, and a Valkey where there is no Redis.

With `--sandbox`, as `make run` has it, the sandbox stands in for what is not configured.
"""

from shared.startup.process import begin

if __name__ == "__main__":
    begin()

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from operate.launch.bot_keys import bot_ids, key_file, missing_bot_keys
from operate.launch.checks import check_free, check_redis, check_writable, choose_port
from operate.launch.console import Console
from operate.launch.environment import LaunchEnvironment, LaunchError
from operate.launch.plan import Plan, make_plan
from operate.launch.supervisor import EXIT_CONFIGURATION, Supervisor
from operate.launch.valkey import ValkeyError
from shared.secret_names import secrets_of
from shared.startup.environment import read_environment

PROCFILE = Path("Procfile")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the service until it ends; its exit code. 2: a sentence on stderr says what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m operate.launch", description=__doc__)
    parser.add_argument("--sandbox", action="store_true", help="stand in for what is not set")
    parser.add_argument(
        "--overlap", action="store_true", help="a predecessor over DATA_DIR may still run"
    )
    options = parser.parse_args(arguments)
    sandbox = options.sandbox
    try:
        told = _told()
        settings = _settings(told)
        plan = make_plan(settings, _procfile(), stand_in=sandbox, overlap=options.overlap)
        _check(plan, settings)
        environment = environment_of(plan, settings, told)
        console = _console(plan, settings, "make run" if sandbox else "launch")
        return asyncio.run(Supervisor(plan, environment, console).run())
    except (LaunchError, ValkeyError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - for whoever typed the command
        return EXIT_CONFIGURATION


def _told() -> dict[str, str]:
    environment = read_environment()
    if environment.problems:
        raise LaunchError("\n".join(environment.problems.values()))
    return dict(environment.values)


def _settings(told: dict[str, str]) -> LaunchEnvironment:
    settings = LaunchEnvironment.read(told)
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


def environment_of(plan: Plan, settings: LaunchEnvironment, told: dict[str, str]) -> dict[str, str]:
    """What every process gets; `python` in the Procfile is the interpreter that runs us.

    Of `.env` only the secrets: the processes read the rest of it themselves.
    """
    made: dict[str, str] = {}
    if plan.generate_bot_keys:
        file = key_file(settings.data_dir)
        made = missing_bot_keys(settings.bots_dir, settings.bot_keys, file)
        # By the name of its key alone the sandbox would call a bot with a hyphen otherwise.
        made["SANDBOX_BOTS"] = ",".join(it for it in bot_ids(settings.bots_dir) if "-" in it)
    interpreter = os.path.dirname(sys.executable)
    path = os.pathsep.join([interpreter, os.environ.get("PATH", os.defpath)])
    return {**os.environ, **secrets_of(told), **plan.environment, **made, "PATH": path}


def _console(plan: Plan, settings: LaunchEnvironment, launcher: str) -> Console:
    names = [*plan.service, *plan.stand_ins]
    console = Console.on(names, launcher=launcher, json_lines=settings.log_json)
    for notice in plan.notices:
        console.say(notice)
    return console


if __name__ == "__main__":
    sys.exit(main())

"""`python -m sandbox`: serves the stand-ins until SIGTERM or SIGINT."""

import asyncio
import json
import os
import signal
import sqlite3
import sys

import structlog
from dotenv import dotenv_values

from sandbox.campfire.campfire import Campfire
from sandbox.campfire.stored.seed import SeedConflict, eaten_names
from sandbox.event_log import configure_log
from sandbox.listening import AddressInUse
from sandbox.server import SandboxServer
from sandbox.settings import Settings, SettingsError, read_settings

BAD_SETTING = 2
OFFICE = "office"
"""The example bot that asks the office's server (`bots/office.yaml`)."""

log = structlog.get_logger("sandbox")


def main() -> int:
    """Run the process; 0 after a clean stop, 2 with one sentence when it cannot start."""
    try:
        settings = read_settings({**_dotenv(), **_handed(), **os.environ})
        configure_log(json=settings.log_json)
        asyncio.run(_serve(settings))
    except (SettingsError, SeedConflict, AddressInUse) as problem:
        return _give_up(str(problem))
    except sqlite3.Error as problem:
        return _give_up(f"The sandbox cannot use its database under DATA_DIR: {problem}.")
    return 0


async def _serve(settings: Settings) -> None:
    campfire = Campfire(settings.bots, database_path=settings.database_path, mode=settings.mode)
    server = SandboxServer(
        campfire,
        host=settings.host,
        port=settings.port,
        stand_in_model=settings.stand_in_model,
        office_ahead=any(bot.bot_id == OFFICE for bot in settings.bots),
    )
    async with server:
        loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_number, server.stop)
        _tell_start(settings, server)
        await server.stopped()
    log.info("sandbox_stopped")


def _tell_start(settings: Settings, server: SandboxServer) -> None:
    log.info(
        "sandbox_ready",
        url=server.url,
        mode=settings.mode,
        bots=[bot.bot_id for bot in settings.bots],
        model="stand-in" if settings.stand_in_model else "claude",
    )
    for eating, eaten in eaten_names(settings.bots):
        log.warning("bot_name_is_prefix_of_another", name=eating, other=eaten)


def _dotenv() -> dict[str, str]:
    return {key: value for key, value in dotenv_values(".env").items() if value is not None}


def _handed() -> dict[str, str]:
    """Bot keys from our launcher: in an environment they would show in /proc.

    CAMPFIRE_SECRETS_FD is the number of a descriptor to read a JSON object from.
    """
    number = os.environ.pop("CAMPFIRE_SECRETS_FD", "")
    if not number:
        return {}
    with open(int(number), encoding="utf-8") as secrets:
        secrets.seek(0)
        return {str(name): str(value) for name, value in json.load(secrets).items()}


def _give_up(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return BAD_SETTING


if __name__ == "__main__":
    sys.exit(main())

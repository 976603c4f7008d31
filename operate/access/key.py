"""`python -m operate key`: a bot's Campfire key, put where both processes find it by themselves."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from operate.shell.ending import end
from shared.bots import bot_ids, key_variable
from shared.bots.fields import BOT_ID
from shared.secret_names import BOT_KEY
from shared.startup.campfire_keys import write_key
from shared.startup.environment import read_environment


def key(bot: Annotated[str, typer.Argument(help="The `id` in its file.")]) -> None:
    """Keep a bot's Campfire key, as the bot's page in Campfire shows it. No restart is needed.

    It is asked for, or read from standard input: an argument could be read by everybody here.
    """
    if not re.fullmatch(BOT_ID, bot):
        end("a bot's id is lower-case letters, digits, - and _")
    given = _ask(bot)
    if not BOT_KEY.fullmatch(given):
        end("that is no Campfire bot key: one looks like 3-a1b2c3d4e5f6")
    told = read_environment().values
    try:
        file = write_key(Path(told.get("DATA_DIR", "data")), bot, given)
    except OSError as error:
        end(f"DATA_DIR: the key cannot be written: {error.strerror}")
    typer.echo(f"kept the key of {bot} in {file}")
    for line in _remarks(bot, told):
        typer.echo(line, err=True)


def _ask(bot: str) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(f"Campfire key of {bot}", hide_input=True)).strip()
    return sys.stdin.readline(1000).strip()


def _remarks(bot: str, told: Mapping[str, str]) -> list[str]:
    """Why the key may not count yet."""
    remarks = []
    if key_variable(bot) in told:
        remarks.append(f"{key_variable(bot)} is set too, and goes before it")
    if bot not in bot_ids(Path(told.get("BOTS_DIR", "bots"))):
        remarks.append(f"no bot file has the id {bot} yet: the bot takes part once there is one")
    return remarks

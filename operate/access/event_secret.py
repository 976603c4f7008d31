"""`python -m operate event-secret`: a new secret by which programs may tell a bot something."""

from pathlib import Path
from typing import Annotated

import typer

from operate.shell.ending import end
from shared.bots import bot_ids
from shared.startup.environment import read_environment
from shared.startup.event_secrets import new_secret, secret_variable


def event_secret(bot: Annotated[str, typer.Argument(help="The `id` in its file.")]) -> None:
    """Make a bot's event secret, in the place of the one before, and show it this once.

    It counts from the next event on, without a restart.
    """
    told = read_environment().values
    if bot not in bot_ids(Path(told.get("BOTS_DIR", "bots"))):
        end(f"no bot file has the id {bot}")
    if secret_variable(bot) in told:
        end(f"{secret_variable(bot)} is set, and goes before a file: change it there")
    try:
        typer.echo(new_secret(Path(told.get("DATA_DIR", "data")), bot))
    except OSError as error:
        end(f"DATA_DIR: the secret cannot be written: {error.strerror}")

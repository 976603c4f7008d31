"""Bots that somebody names to a command: a slip of the pen does nothing, and looks like done."""

from pathlib import Path

from operate.shell.saying import say
from shared.bots import bot_ids
from shared.startup.environment import read_environment


def doubt(bot_id: str | None) -> None:
    """Say, on standard error, where no file has this id. It may be meant all the same: files break
    and go, and what their bots left stays."""
    if bot_id is None:
        return
    folder = Path(read_environment().values.get("BOTS_DIR", "bots"))
    if folder.is_dir() and bot_id not in bot_ids(folder):
        say(f"no bot file in {folder} has the id {bot_id}: is it written right?", err=True)

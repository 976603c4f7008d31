"""The system prompt of one client, in a file that its CLI reads when it starts."""

import os
from pathlib import Path

from consumer.sessions.tools.rules import told
from shared.bots import Bot


def prompt_file(pid_file: Path) -> Path:
    """Where it lies: beside the client's pid file, with which it goes."""
    return pid_file.absolute().with_suffix(".prompt")


def write_prompt(file: Path, bot: Bot) -> None:
    """Put it there, for our user's eyes only; raises OSError."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(told(bot.system_prompt, bot.tools))

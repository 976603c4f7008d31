"""The system prompt of one client, in a file that its CLI reads when it starts."""

from pathlib import Path

from consumer.claude.files.private_file import write_private
from consumer.tool_calls.rules import told
from shared.bots import Bot


def prompt_file(pid_file: Path) -> Path:
    """Where it lies: beside the client's pid file, with which it goes."""
    return pid_file.absolute().with_suffix(".prompt")


def write_prompt(file: Path, bot: Bot) -> None:
    """Put it there, for our user's eyes only; raises OSError."""
    write_private(file, told(bot.system_prompt, bot.tools))

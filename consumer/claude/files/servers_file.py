"""A bot's MCP servers with their secrets, in a file that its CLI reads when it starts.

In no argument and no environment, which others may read. The CLI (2.1.330) needs it no more once it
is connected, so that it lies there for a second.
"""

from pathlib import Path

from consumer.agent.settings import SessionSettings
from consumer.claude.files.private_file import write_private
from consumer.claude.files.temp_folders import temp_root
from consumer.mcp.config import server_config
from shared.bots import Bot


def servers_file(pid_file: Path) -> Path:
    """Where it lies: beside the client's pid file, in a folder that no cage shows."""
    return pid_file.absolute().with_suffix(".servers")


def write_servers(file: Path, bot: Bot, settings: SessionSettings) -> None:
    """Put it there, where the bot has servers; raises OSError."""
    if bot.mcp_servers:
        write_private(file, server_config(bot, settings.variables, hidden_from_servers(settings)))


def hidden_from_servers(settings: SessionSettings) -> list[Path]:
    """What is the service's own, and so nothing that a program of a bot's may see."""
    return [settings.data_dir, temp_root(), *settings.hidden, *settings.secret_files]

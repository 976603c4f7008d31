"""What bots were granted that runs in a cage, and that none can be built for on this machine."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from consumer.cage.system_calls import MissingLibrary, load_library
from consumer.tool_calls.rules import SHELLS
from shared.bots import Bot
from shared.errors import ConfigurationError

NO_CAGE = "NO_CAGE"
"""The image's own variable: who runs its container in a way in which no cage can be built."""
INSTEAD = (
    "take that from the bot's file, or run the service by compose or systemd, where it can have it"
    " (docs/deploy.md)"
)


@dataclass(frozen=True, slots=True)
class Uncaged:
    """What a bot was granted, and cannot be caged here."""

    what: str
    """Of whom, and what is missing."""
    mend: str
    """What is to be typed, or done instead."""
    typed: bool = True
    """Whether `mend` is a command."""


def check_shell_tools(*bots: Bot) -> None:
    """Refuse to start with a bot that may run commands, or has a program for an MCP server, where
    they cannot be caged.

    Raises ConfigurationError naming each such bot, and the missing program or what to do instead.
    """
    problems = [f"{it.what}: {it.mend}" for it in uncaged(*bots)]
    if problems:
        raise ConfigurationError(problems)


def uncaged(*bots: Bot) -> list[Uncaged]:
    """What these bots were granted that would run here without a cage."""
    shells = {bot.id: sorted(SHELLS & set(bot.tools)) for bot in bots}
    programs = {
        bot.id: [f"the server {name}" for name, it in bot.mcp_servers.items() if it.command]
        for bot in bots
    }
    return [
        *_uncaged(shells, _missing("bwrap", "socat")),
        *_uncaged(programs, _missing("bwrap")),
    ]


def _missing(*programs: str) -> list[str]:
    packages = {"bwrap": "bubblewrap", "socat": "socat"}
    missing = [packages[name] for name in programs if shutil.which(name) is None]
    return missing if _has_libseccomp() else [*missing, "libseccomp2"]


def _uncaged(granted: Mapping[str, Sequence[str]], missing: Sequence[str]) -> Iterator[Uncaged]:
    for bot_id, what in granted.items():
        if not what or not missing:
            continue
        names = f"bot {bot_id} is granted {', '.join(what)}, which"
        if os.environ.get(NO_CAGE):
            yield Uncaged(f"{names} {os.environ[NO_CAGE]} cannot cage", INSTEAD, typed=False)
        else:
            needs = f"{names} needs {' and '.join(missing)} on this machine"
            yield Uncaged(needs, f"apt-get install {' '.join(missing)}")


def _has_libseccomp() -> bool:
    try:
        load_library()
    except MissingLibrary:
        return False
    return True

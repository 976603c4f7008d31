"""What others could read or do: secrets in sight, open files, an open port, bots with a shell."""

import os
import stat
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from consumer.tool_calls.rules import SHELLS
from ingress.settings import is_loopback
from operate.doctor.finding import Finding, ok, warning
from shared.bots import Bot
from shared.startup.exposure import Exposure


def safety_findings(
    *, host: str, auth: str, secret_files: Iterable[Path], exposed: Iterable[Exposure]
) -> Iterator[Finding]:
    """What is told of the service itself."""
    readable = [file for file in secret_files if _others_read(file)]
    for file in readable:
        yield warning(
            f"{file} holds secrets, and other users of this machine can read it",
            f"Type `chmod 600 {file}`.",
        )
    if not readable:
        yield ok("no file with secrets is open to other users")
    yield from _in_sight(exposed)
    if auth == "off":
        yield warning(
            "INGRESS_AUTH is off: everybody on this machine may speak to the bots as anybody",
            "Take INGRESS_AUTH out of the settings.",
        )
    if not is_loopback(host):
        yield ok(f"HOST is {host}: let nobody but Campfire and you reach the port")


def token_findings(marks: Iterable[str], here: str) -> Iterator[Finding]:
    """Of web processes that run with another admin token than the one that commands find here.

    `marks`: of each which it has (`Codes.mark`), empty where that is not known, as `here` is.
    """
    if here and set(marks) - {here, ""}:
        yield warning(
            "the web process has another ADMIN_TOKEN than this command: a link that"
            " `python -m operate page` prints here opens nothing",
            "Start the web process again where ADMIN_TOKEN has changed, or run commands with its"
            " settings, DATA_DIR too.",
        )


def shell_findings(bots: Iterable[Bot], user_id: int | None = None) -> Iterator[Finding]:
    """What is told of bots that run commands; `user_id` None: this process's."""
    for bot in bots:
        if not SHELLS & set(bot.tools):
            continue
        if (os.geteuid() if user_id is None else user_id) == 0:
            yield warning(
                f"{bot.id} runs commands, and the service's user is root",
                "Run the service as a user of its own: commands may read what that user may read.",
            )
        elif bot.permissions is None and bot.people.talk == "everyone":
            yield warning(
                f"{bot.id} runs commands for everybody who can write to it",
                "Name in its file who may: `people.talk`, or rules in `permissions`"
                " (docs/bots.md).",
            )
        else:
            yield ok(f"{bot.id} runs commands for those whom its file names")


def _in_sight(exposed: Iterable[Exposure]) -> Iterator[Finding]:
    for (pid, program), group in groupby(exposed, lambda it: (it.pid, it.program)):
        names = ", ".join(sorted({it.secret for it in group}))
        yield warning(
            f"process {pid} ({program}) shows {names} to every process of this user",
            "Give secrets in .env or by …_FILE instead of that process's environment. A runner of"
            " Procfiles that reads .env by itself hands it on to its shells: `-e /dev/null` keeps"
            " honcho and foreman from that.",
        )


def _others_read(file: Path) -> bool:
    try:
        return bool(stat.S_IMODE(file.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False  # told of where it is read

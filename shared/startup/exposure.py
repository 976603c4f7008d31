"""Secrets that processes which are not ours keep in sight: found in /proc, told to the operator.

Our own start anew without them (`process.begin`); an init that was given an `env_file`, a
supervisor that loads `.env`, or the shell that it starts us by, keeps them for as long as it lives.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import structlog

from shared.secret_names import secrets_of
from shared.startup.environment import read_environment

PROC = Path("/proc")
SHORTEST = 8
"""Characters; something shorter may stand in an argument by chance."""
PLACEHOLDERS = ("stand-in",)
"""What `make run` has where there is no key."""
ADVICE = "every process of this user can read them there: give them in .env or by …_FILE instead"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Exposure:
    """A place where other processes of this user can read a secret of ours."""

    pid: int
    program: str
    secret: str
    """The setting."""
    where: str
    """The variable it stands in, or `its arguments`."""


def tell_exposures() -> None:
    """Warn of each process of our user that shows a secret of ours; never of its value."""
    found = exposures(secrets_of(read_environment().values))
    for (pid, program), group in groupby(found, lambda it: (it.pid, it.program)):
        shown = {it.secret: it.where for it in group}
        log.warning("secrets_exposed", pid=pid, program=program, shown=shown, advice=ADVICE)


def exposures(secrets: Mapping[str, str], proc: Path = PROC) -> Iterator[Exposure]:
    """Look into every process of our user. Nothing is found where there is no /proc."""
    values = {value.encode(): name for name, value in secrets.items()}
    for process in proc.glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile, or not ours to read
            if process.stat().st_uid == os.geteuid():
                yield from _exposures_of(process, values)


def _exposures_of(process: Path, secrets: Mapping[bytes, str]) -> Iterator[Exposure]:
    program = (process / "comm").read_text(errors="replace").strip()
    for entry in (process / "environ").read_bytes().split(b"\0"):
        variable, _, value = entry.partition(b"=")
        if name := _known(value, secrets):
            yield Exposure(int(process.name), program, name, variable.decode(errors="replace"))
    arguments = (process / "cmdline").read_bytes()
    for value, name in secrets.items():
        if len(value) >= SHORTEST and _known(value, secrets) and value in arguments:
            yield Exposure(int(process.name), program, name, "its arguments")


def _known(value: bytes, secrets: Mapping[bytes, str]) -> str | None:
    return None if value.decode(errors="replace") in PLACEHOLDERS else secrets.get(value)

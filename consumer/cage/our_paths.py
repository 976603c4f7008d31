"""What is ours on this machine: where the secrets, the logs and the interpreter lie."""

import os
import pwd
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The folder of our code; `.env`, logs and notes stand beside it."""
OUR_BWRAP = Path(__file__).with_name("bin")
"""The folder of our `bwrap`, which is started in the place of the system's; see wrapper.py."""
PYTHON = "CAMPFIRE_AGENT_PYTHON"
"""The variable by which our `bwrap` knows the interpreter to run in."""
INTERPRETER = ("bin", "lib", "lib64", "lib32", "libexec", "include", "share", "pyvenv.cfg")
"""What an interpreter needs of its prefix; where that is the project's own folder, not `.env`."""


TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - hidden, not written into
"""A backup lies there that was made in the worker's container, and what other programs leave."""


def our_folders() -> Iterator[Path]:
    """The folders that hold nothing an agent needs: the worker's homes, the code's, where it runs,
    and the machine's temporary ones: each client has one of its own."""
    yield home()
    with suppress(KeyError):  # a container may run as a user that no passwd names
        yield Path(pwd.getpwuid(os.getuid()).pw_dir)
    yield ROOT
    yield Path.cwd()  # `.env` is read there
    yield from TEMPORARY
    yield Path(os.environ.get("TMPDIR") or TEMPORARY[0])


def home() -> Path:
    """The worker's home, as its environment has it."""
    return Path(os.environ.get("HOME") or "/nonexistent")


def our_logs() -> Iterator[Path]:
    """The files that our own output goes to."""
    for number in (1, 2):
        try:
            if stat.S_ISREG(os.fstat(number).st_mode):
                yield Path(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:
            continue  # closed, or a machine without /proc


def interpreter() -> Iterator[Path]:
    """The parts of our Python and of the one it was made from, which commands may run."""
    for prefix in {sys.prefix, sys.base_prefix}:
        for part in INTERPRETER:
            if (path := Path(prefix) / part).exists():
                yield path

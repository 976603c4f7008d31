"""A server that is a program of this machine: started by the CLI in a cage of ours.

It runs as the worker's user and may use the network, by the operator's choice; of what is the
service's own it sees nothing. Its cage is not a shell's: what else this user may read, it may.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from consumer.cage.hiding import every_name
from consumer.cage.limits import SERVER
from consumer.cage.our_paths import OUR_BWRAP, PYTHON, ROOT, home, our_logs

NAMESPACES = ("--unshare-pid", "--unshare-ipc", "--die-with-parent")
"""Its own processes are all it sees: the CLI's environment and memory are none of them."""
POWERLESS = ("--cap-drop", "ALL")
"""bwrap leaves root all it had: a program could take away what lies over the hidden folders."""
WHOLE = ("--bind", "/", "/", "--dev", "/dev", "--proc", "/proc")
"""But for devices, of which it gets those that every program needs, and a /dev/shm of its own."""


@dataclass(frozen=True, slots=True)
class Program:
    """What the CLI is told to start."""

    command: Sequence[str]
    environment: Mapping[str, str]


def caged(server: str, command: Sequence[str], hidden: Iterable[Path]) -> Program:
    """The bot's server `server`, which sees nothing of `hidden` and none of our logs."""
    arguments = [
        *("--setenv", SERVER, server),  # first: by it our watch over a shell's cages knows it
        *WHOLE,
        *_read_only(),
        *_hiding(every_name([*hidden, *our_logs()])),
        *NAMESPACES,
        *POWERLESS,
        *("--setenv", "HOME", str(home()), "--unsetenv", PYTHON),  # that is our bwrap's alone
        *("--chdir", str(Path.cwd())),  # as whoever started us would start it
    ]
    return Program((str(OUR_BWRAP / "bwrap"), *arguments, "--", *command), {PYTHON: sys.executable})


def _read_only() -> Iterator[str]:
    """Our code and its interpreter: a server must not become the service. By the folders' own
    names: bwrap mounts nothing on a symbolic link, as `current` is where releases lie side by side.
    """
    for folder in sorted({str(Path(it).resolve()) for it in (ROOT, sys.prefix, sys.base_prefix)}):
        if folder not in ("/", "/usr", "/usr/local"):
            yield from ("--ro-bind", folder, folder)


def _hiding(paths: Iterable[Path]) -> Iterator[str]:
    """Folders first: what lies in one that is hidden needs no hiding, and cannot be hidden."""
    found = [path for path in paths if path.exists() and not path.is_symlink()]
    folders = [path for path in found if path.is_dir()]
    for path in folders:
        if not _below(path, folders):
            yield from ("--tmpfs", str(path))
    for path in found:
        if path not in folders and not _below(path, folders):
            yield from ("--ro-bind", os.devnull, str(path))


def _below(path: Path, folders: Iterable[Path]) -> bool:
    return any(folder in path.parents for folder in folders)

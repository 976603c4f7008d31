"""Looks around in a cage for what a shell alone cannot find; run there by the check.

The code's folder is hidden there: the check hands this file over as an argument, to a Python with
its standard library alone. Argument: the secrets that have a second name, as JSON: device and inode
of each by its number.
"""

import ctypes
import errno
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

LIBRARY = "libseccomp.so.2"
"""Knows the number of a system call."""
NO_FILES = ("/proc", "/sys", "/dev")
SECONDS = 60
"""For the walk over all that the cage shows; a million files take about ten."""
NOT_FOUND = f"not found in {SECONDS} s"


def main(secrets: Mapping[str, Sequence[int]]) -> None:
    """Print a line for each thing found, and one when all was looked at."""
    if keyrings_are_closed():
        print("keyrings closed")  # noqa: T201 - it is what the check reads
    numbers = {(device, inode): number for number, (device, inode) in secrets.items()}
    for number, path in other_names("/", numbers):
        print("name", number, quote(path))  # noqa: T201
    print("looked around")  # noqa: T201


def keyrings_are_closed() -> bool:
    """Ask for the id of the user's keyring, which is not made by it: keyctl_get_keyring_ID(3)."""
    try:
        number = ctypes.CDLL(LIBRARY).seccomp_syscall_resolve_name(b"keyctl")
    except OSError:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(number, 0, -4, 0) == -1 and ctypes.get_errno() == errno.EPERM


def other_names(top: str, secrets: Mapping[tuple[int, int], str]) -> Iterator[tuple[str, str]]:
    """Where below `top` one of them can be seen: its number, and the path.

    Where the walk takes too long each is told, with NOT_FOUND.
    """
    deadline = time.monotonic() + SECONDS
    inodes = {inode for _, inode in secrets}
    todo = [top] if secrets else []
    while todo:
        if time.monotonic() > deadline:
            yield from ((number, NOT_FOUND) for number in secrets.values())
            return
        try:
            entries = list(os.scandir(todo.pop()))
        except OSError:
            continue  # what cannot be entered shows nothing
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                todo += [entry.path] if entry.path not in NO_FILES else []
            elif entry.inode() in inodes:
                found = entry.stat(follow_symlinks=False)
                if number := secrets.get((found.st_dev, found.st_ino)):
                    yield number, entry.path


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

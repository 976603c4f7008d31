"""How much a folder holds on disk, as far as it matters."""

import os
from contextlib import ExitStack
from pathlib import Path

LEAST = 4096
"""Bytes that an entry counts at least: many small files cost the disk more than they hold."""
BLOCK = 512
LONG_PATH = 3500


def bytes_below(folders: list[Path], enough: float) -> float:
    """Bytes on disk below the folders; counting ends soon after `enough`.

    Infinite where it cannot be looked into: what hides there cannot be bounded.
    """
    total, todo = 0.0, [os.fspath(folder) for folder in folders]
    linked: set[tuple[int, int]] = set()
    with ExitStack() as handles:
        while todo and total <= enough:
            try:
                with os.scandir(_within_reach(todo.pop(), handles)) as entries:
                    for entry in entries:
                        total += _size(entry, linked)
                        if entry.is_dir(follow_symlinks=False):
                            todo.append(entry.path)
            except (FileNotFoundError, NotADirectoryError):
                continue  # gone meanwhile
            except OSError:
                return float("inf")
    return total


def _within_reach(folder: str, handles: ExitStack) -> str:
    """A short name of it while it is open: a path of more than 4,096 bytes opens nothing."""
    if len(os.fsencode(folder)) < LONG_PATH:
        return folder
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    handles.callback(os.close, handle)
    return f"/proc/self/fd/{handle}"


def _size(entry: "os.DirEntry[str]", linked: set[tuple[int, int]]) -> int:
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return 0
    if found.st_nlink > 1 and not entry.is_dir(follow_symlinks=False):
        if (found.st_dev, found.st_ino) in linked:
            return LEAST
        linked.add((found.st_dev, found.st_ino))
    return max(found.st_blocks * BLOCK, LEAST)

"""What of a folder counts as its documents: files below it, no links, nothing hidden."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PASSED_OVER = (".", "~$")
"""Names begin so that are hidden, or an office program's marks of open files."""
MOST_FILES = 100_000

Stamps = dict[str, str]
"""Files by their name below the folder, with `/`; two stamps differ when the file was changed."""


def stamps(folder: Path) -> Stamps:
    """Every document of the folder as it is now; raises OSError where that cannot be read."""
    os.stat(folder / ".")
    return dict(sorted(_found(folder)))


def _found(folder: Path) -> Iterator[tuple[str, str]]:
    todo, left = [""], MOST_FILES
    while todo and left:
        above = todo.pop()
        with suppress(FileNotFoundError), os.scandir(folder / above) as entries:
            for entry in entries:
                if not _counts(entry):
                    continue
                name = f"{above}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    todo.append(f"{name}/")
                elif entry.is_file(follow_symlinks=False) and left:
                    left -= 1
                    yield from _stamped(name, entry)


def _counts(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(PASSED_OVER) or entry.is_symlink():
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in entry.name)  # no text: no name


def _stamped(name: str, entry: os.DirEntry[str]) -> Iterator[tuple[str, str]]:
    with suppress(FileNotFoundError):  # gone meanwhile
        found = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(found.st_mode):
            parts = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            yield name, ":".join(map(str, parts))

"""Copies one file that somebody else may be changing, linking or replacing meanwhile."""

import hashlib
import os
import stat
from pathlib import Path

CHUNK = 1 << 20
_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""NONBLOCK: to open a pipe would wait for its writer."""


class NotPlain(Exception):
    """A link, a second name of another file, a pipe or a device: not the agent's own file."""


class TooLarge(Exception):
    """More bytes than may be copied; `size` is what is known of them."""

    def __init__(self, size: int) -> None:
        super().__init__(str(size))
        self.size = size


def copy(folder: int, name: str, target: Path, most: int) -> tuple[int, str]:
    """Copy a file of an open folder durably; gives its size in bytes and its SHA-256.

    Raises NotPlain, TooLarge, and OSError where it cannot be read or written; then there is no
    target.
    """
    _check(os.stat(name, dir_fd=folder, follow_symlinks=False), most)
    source = os.open(name, _PLAIN, dir_fd=folder)
    try:
        _check(os.fstat(source), most)  # it may be another one by now
        return _copied(source, target, most)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        os.close(source)


def _check(found: os.stat_result, most: int) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        raise NotPlain
    if found.st_size > most:
        raise TooLarge(found.st_size)


def _copied(source: int, target: Path, most: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as kept:
        while chunk := os.read(source, CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLarge(size)
            digest.update(chunk)
            kept.write(chunk)
        kept.flush()
        os.fsync(kept.fileno())
    return size, digest.hexdigest()

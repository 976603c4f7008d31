"""A private temporary folder for each client: short, locked while it is in use, gone with it.

The CLI otherwise puts those of all clients into one, where a shell of one room reads and writes
what the commands of another print.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.errors import ConfigurationError

CLI_LIMIT = 44
"""Bytes of `<folder>/claude-<user id>`: of a longer one the CLI (2.1.330) warns in its debug log
alone, and gives its commands another, which all clients share."""
NAME_BYTES = 4


def temp_root() -> Path:
    """The folder that holds those of this user's clients: in TMPDIR where that is short enough."""
    name = f"cab-{os.geteuid():x}"
    places = [Path(os.environ.get("TMPDIR") or "/tmp"), Path("/tmp")]  # noqa: S108 - made 0700, and checked
    return next(
        (root for place in places if _is_short(root := place.absolute() / name)),
        places[-1] / name,
    )


def used_by_cli(folder: Path) -> Path:
    """What the CLI makes in a temporary folder that it takes."""
    return folder / f"claude-{os.getuid()}"


def tidy_temp_folders() -> None:
    """Delete those of clients whose process is gone; raises ConfigurationError.

    That too where no folder of a client could be made: said at the start, not at every turn.

    Safe beside other processes: theirs are locked.
    """
    root = _checked_root()
    for folder in root.iterdir():
        with _locked(folder) as free:
            if free:
                shutil.rmtree(folder, ignore_errors=True)


class TempFolder:
    """The temporary folder of one client: `make` it before the CLI starts, `remove` it after."""

    def __init__(self) -> None:
        self.path = temp_root() / secrets.token_hex(NAME_BYTES)
        self._lock: int | None = None

    def make(self) -> None:
        """Create and lock it; raises ConfigurationError, or OSError where the disk is full."""
        _checked_root()
        while self._lock is None:
            self.path.mkdir(mode=0o700)
            lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.path.is_dir():
                self._lock = lock
            else:  # another process tidied up just then, and took it for a leftover
                os.close(lock)

    @property
    def is_taken(self) -> bool:
        """Whether the CLI has begun to use it."""
        return used_by_cli(self.path).is_dir()

    def remove(self) -> None:
        """Delete it and what is in it. Idempotent."""
        if self._lock is not None:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._lock)
            self._lock = None


def _checked_root() -> Path:
    """The root, made if need be; nobody else may have made it for us to write into."""
    root = temp_root()
    try:
        root.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        raise _not_private(root) from None
    except OSError as error:
        raise _unusable(root, error.strerror or type(error).__name__) from error
    found = root.lstat()
    if root.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o77:
        raise _not_private(root)
    if not os.access(root, os.W_OK | os.X_OK):
        raise _unusable(root, "it cannot be written")
    return root


def _not_private(root: Path) -> ConfigurationError:
    return ConfigurationError(
        [f"{root} is not a private folder of this user: remove it, or set TMPDIR elsewhere"]
    )


def _unusable(root: Path, why: str) -> ConfigurationError:
    """The operator's TMPDIR may not be it: one that is too long for the CLI is passed over."""
    return ConfigurationError(
        [
            f"TMPDIR: {root}, for the agents' temporary files, cannot be used: {why};"
            f" make {root.parent} writable, or set TMPDIR to a folder that is, with a short path"
        ]
    )


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether nobody else holds it."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        yield False  # gone meanwhile
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(lock)


def _is_short(root: Path) -> bool:
    longest = used_by_cli(root / ("x" * 2 * NAME_BYTES))
    return len(os.fsencode(longest)) <= CLI_LIMIT

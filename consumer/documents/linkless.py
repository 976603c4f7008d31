"""Opens a file below a folder that others write into: no part of the way to it is a link."""

import os
from collections.abc import Sequence
from pathlib import Path

_NO_LINK = os.O_RDONLY | os.O_NOFOLLOW


def opened(folder: Path, parts: Sequence[str]) -> int:
    """A descriptor of what stands there, whatever was put in its place meanwhile; raises OSError.

    It may be no file; a pipe is not waited for.
    """
    *above, last = parts
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in above:
            below = os.open(part, _NO_LINK | os.O_DIRECTORY, dir_fd=at)
            os.close(at)
            at = below
        return os.open(last, _NO_LINK | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)

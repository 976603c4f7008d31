"""A file of Active Storage on disk: `files/ab/cd/abcd…`, and nothing else there or elsewhere."""

import os
import re
import stat
from pathlib import Path

from consumer.documents.linkless import opened
from consumer.toolboxes import ToolFailed

GONE = "That file is not there any more."
_KEY = re.compile(r"[0-9A-Za-z]{20,64}")
"""Letters and digits: Rails makes 28 of them. No `..`, no `/`, whatever the database says."""


def read_blob(root: Path, key: str, longest: int) -> bytes:
    """The bytes kept under a key; raises ToolFailed for what is no plain file or is longer."""
    if not _KEY.fullmatch(key):
        raise ToolFailed(GONE)
    try:
        descriptor = opened(root, (key[:2], key[2:4], key))
    except OSError:
        raise ToolFailed(GONE) from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise ToolFailed(GONE)
        data = file.read(longest + 1)
    if len(data) > longest:
        raise ToolFailed(too_big(max(found.st_size, len(data)), longest))
    return data


def too_big(size: int, longest: int) -> str:
    """The sentence for a file over its bound; bytes."""
    return f"That file is too big to open: {size / 1e6:.1f} MB, at most {longest / 1e6:g} MB."

"""A file for our user's eyes only."""

import os
from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """Put the text there, in place of what was; raises OSError."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)

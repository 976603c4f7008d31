"""A secret in a file of its own: read, and closed to others; written whole or not at all."""

import os
from pathlib import Path

from shared.errors import ConfigurationError

LONGEST = 1000
_NO_FOLLOW = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


def private_text(file: Path) -> str | None:
    """What stands in it, None where there is none; raises ConfigurationError."""
    try:
        with os.fdopen(os.open(file, _NO_FOLLOW), encoding="utf-8") as opened:
            if os.fstat(opened.fileno()).st_mode & 0o077:
                os.fchmod(opened.fileno(), 0o600)
            return opened.read(LONGEST).strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigurationError([f"{file}: cannot be read: {reason}"]) from error


def write_private_text(file: Path, text: str) -> Path:
    """Put it there, for our user alone; gives the file. Raises OSError."""
    folder = file.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{file.name}.{os.getpid()}"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(f"{text}\n")
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
    return file

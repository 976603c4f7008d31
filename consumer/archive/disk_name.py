"""What tells one file system from another's: a name that is made once and lies in it."""

import uuid
from contextlib import suppress
from pathlib import Path

FILE = ".disk"


def disk_name(root: Path) -> str:
    """The name of where the folder lies; the same for all who see it there. Raises OSError."""
    file = root / FILE
    if not file.exists():
        root.mkdir(parents=True, exist_ok=True)
        _make(file)
    return file.read_text(encoding="ascii")


def _make(file: Path) -> None:
    """Whole, or not at all: another may be making it at the same moment."""
    draft = file.with_name(f"{FILE}.{uuid.uuid4()}")
    draft.write_text(uuid.uuid4().hex, encoding="ascii")
    with suppress(FileExistsError):
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            draft.replace(file)
    draft.unlink(missing_ok=True)

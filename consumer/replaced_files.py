"""A small file that is replaced whole: at once for whoever reads it, a moment later for good.

Waiting for the disk took 20 ms of every answer. A process that is killed loses nothing without that
wait; against a power cut the version before stays beside the new one until the disk has that.
"""

import os
import tempfile
from pathlib import Path


def replace_file(file: Path, text: str) -> None:
    """Put the whole text in the file's place or leave the old one; raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            if not _keep_beside(file):
                os.fsync(stream.fileno())
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def make_durable(file: Path) -> None:
    """Wait until the disk has the file; the version before goes. Raises OSError."""
    for path in (file, file.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    version_before(file).unlink(missing_ok=True)


def remove_file(file: Path) -> None:
    """Delete the file and the version before, if there are any."""
    version_before(file).unlink(missing_ok=True)
    file.unlink(missing_ok=True)


def version_before(file: Path) -> Path:
    """Where the version before is, while the file's own may not be on the disk yet."""
    return file.with_suffix(".before")


def _keep_beside(file: Path) -> bool:
    """Whether the version before is safe: it is beside, or there is none."""
    before = version_before(file)
    before.unlink(missing_ok=True)
    try:
        before.hardlink_to(file)
    except FileNotFoundError:
        return True
    except OSError:
        return False  # a file system without hard links
    return True

"""What a service that runs keeps in its files."""

from collections.abc import Iterator
from pathlib import Path


def kept_files(folder: Path) -> dict[Path, bytes]:
    """Each file below it, and what is in it; those that are gone again were of the moment."""
    return dict(_read(folder))


def _read(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        try:
            if path.is_file():
                yield path, path.read_bytes()
        except FileNotFoundError:
            continue  # replaced, or the version before, which goes a moment later

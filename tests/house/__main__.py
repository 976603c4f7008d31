"""`python -m tests.house [--against REVISION]`: how the house is laid out, now and in a revision.

Reads files only: neither revision's code is run.
"""

import argparse
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from tests.house.figures import FIGURES
from tests.house.idioms import ROOT
from tests.house.key_holders import key_holders
from tests.house.words import double_words


def main(arguments: list[str]) -> None:
    """Print a row a figure, and where in this tree what should be none stands."""
    parser = argparse.ArgumentParser(prog="python -m tests.house", description=__doc__)
    parser.add_argument("--against", metavar="REVISION", help="5d7280d: before it was in order")
    revision = parser.parse_args(arguments).against
    if revision is None:
        _print([("", "now"), *((name, figure(ROOT)) for name, figure in FIGURES.items())])
    else:
        with _unpacked(revision) as before:
            rows = [(name, figure(before), figure(ROOT)) for name, figure in FIGURES.items()]
        _print([("", revision, "now"), *rows])
    for word, places in double_words(ROOT).items():
        _print([(f"  {word}: {len(places)} places, {places[0]} the first",)])
    for module in key_holders(ROOT):
        _print([(f"  holds a key: {module}",)])


def _print(rows: list[tuple[object, ...]]) -> None:
    for name, *figures in rows:
        line = f"{name:50}{''.join(f' {figure:>8}' for figure in figures)}"
        sys.stdout.write(line.rstrip() + "\n")


@contextmanager
def _unpacked(revision: str) -> Iterator[Path]:
    """A temporary folder with that revision's files."""
    packed = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True)
    with (
        tempfile.TemporaryDirectory(prefix="house-") as folder,
        tarfile.open(fileobj=BytesIO(packed.stdout)) as archive,
    ):
        archive.extractall(folder, filter="data")
        yield Path(folder)


if __name__ == "__main__":
    main(sys.argv[1:])

"""`python -m tests.house [REVISION]`: how the house is laid out, now and in an older revision.

Reads files only: neither revision's code is run.
"""

import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from tests.house.figures import FIGURES
from tests.house.idioms import ROOT

FIRST = "5d7280d"


def main(revision: str) -> None:
    """Print a row a figure."""
    with tempfile.TemporaryDirectory(prefix="house-") as folder:
        before = Path(folder)
        packed = subprocess.run(
            ["git", "archive", revision], cwd=ROOT, capture_output=True, check=True
        )
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(before, filter="data")
        rows = [(name, figure(before), figure(ROOT)) for name, figure in FIGURES.items()]
    for name, then, now in [("", revision, "now"), *rows]:
        sys.stdout.write(f"{name:50} {then:>8} {now:>8}\n")


if __name__ == "__main__":
    main(*sys.argv[1:2] or (FIRST,))

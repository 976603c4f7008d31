"""What the tree opens it closes itself: Python 3.13 calls a database that is left open an error."""

import re
from pathlib import Path

from tests.house.idioms import ROOT

LEFT_OPEN = re.compile(r"^\s*with (?:sqlite3\.connect|open_database|open_for_reading)\(", re.M)
"""`with` ends a connection's transaction; it does not close it."""
FOLDERS = ("consumer", "ingress", "operate", "sandbox", "shared", "tests")


def test_no_database_is_opened_by_with_alone() -> None:
    """`closing(…)` stands around it."""
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    assert len(files) > 500
    assert [_name(file) for file in files if LEFT_OPEN.search(file.read_text("utf-8"))] == []


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))

"""The idioms of the Lua scripts, and where each is written."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("consumer", "ingress", "operate", "shared")

IDIOMS = {
    "wake": r"PUSH', (wake|KEYS\[\d\]), '1'",
    "is_control": r"sub\(1, \d\) ==|'\^?control:'",
    "promote": r"tonumber\(score\) [<>]=? ?tonumber\(far\)",
    "insert_by_number": r"'LINSERT'",
    "clock": r"\[2\] / 1000\)",
}
"""Each by a pattern that a line of it has and no other line; by the name of its include."""


def lua_files(root: Path = ROOT) -> list[Path]:
    """Every script and every include of the product."""
    return sorted(file for top in PRODUCT for file in (root / top).rglob("*.lua"))


def places(idiom: str, root: Path = ROOT) -> list[str]:
    """The files and lines in which an idiom is written."""
    found = re.compile(IDIOMS[idiom])
    return [
        f"{file.relative_to(root)}:{number}"
        for file in lua_files(root)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if found.search(line)
    ]

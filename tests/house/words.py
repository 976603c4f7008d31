"""Words that mean two things: what of each one's second meaning is still written in the tree."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.idioms import PRODUCT

OLD_NAMES = {
    "control": r"\bcontrol = lanes\.|\bkeys\.control\b|consumer\.queue\.control\b|class Control\b",
    "order": r"class Order\b|\.orders\b|\b(?:may|with)_order|\border_of\b",
    "told": r"class Told\b|\bkeys\.told\b",
    "words": r"\bwords: Catalogue\b|^Words = ",
    "line": r"\breplace\(.*\.lane, control=True|\bLane\(.*, control=",
    "turn": r"class (?:Running)?Turn\b",
}
"""Each word by what stands in a line that uses it in the sense which has another name now."""

ONE_EACH = (
    *("Answer", "Brief", "Delivery", "Entry", "Ledger", "OnEvent"),
    *("Parts", "Place", "Said", "Self", "TooLarge"),
)
"""Names that may be defined once in the product, and not as something of the standard library."""
OF_PYTHON = ("Self",)
_DEFINED = re.compile(rf"^(?:class )?({'|'.join(ONE_EACH)})(?: = |[:(])", re.MULTILINE)


def double_words(root: Path) -> dict[str, list[str]]:
    """The words that still mean two things, and the places, `file:line`, where they do."""
    found: dict[str, list[str]] = {}
    defined: dict[str, list[str]] = {name: [] for name in ONE_EACH}
    for place, line in _lines(root):
        for word, pattern in OLD_NAMES.items():
            if re.search(pattern, line):
                found.setdefault(word, []).append(place)
        if definition := _DEFINED.match(line):
            defined[definition[1]].append(place)
    return found | {
        name: places for name, places in defined.items() if len(places) > (name not in OF_PYTHON)
    }


def _lines(root: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(file for top in PRODUCT for file in (root / top).rglob("*.py")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{file.relative_to(root)}:{number}", line

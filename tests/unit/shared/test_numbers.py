"""A number is digits that `int` takes and Campfire counts in; whatever else, nothing is raised."""

import re
from pathlib import Path

import pytest

from shared.numbers import whole_number

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        (b"42", 42),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5000, None),
        ("10²", None),
        ("²", None),
        ("١٢", None),
        ("１２", None),
        ("1_0", None),
        ("-1", None),
        (" 1", None),
        ("1\n", None),
        ("", None),
        (b"\xff", None),
        (None, None),
    ],
)
def test_only_plain_digits_are_a_number(text: str | bytes | None, number: int | None) -> None:
    """What `str.isdigit` and `int` disagree about is none."""
    assert whole_number(text) == number


@pytest.mark.parametrize("package", ["consumer", "ingress", "shared"])
def test_nobody_tells_digits_by_hand(package: str) -> None:
    r"""`isdigit` and its kin, and `\d` in a pattern, are true of signs that `int` refuses."""
    by_hand = re.compile(r"\.is(?:digit|decimal|numeric)\(|\\d")
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in (ROOT / package).rglob("*.py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if by_hand.search(line)
    ]
    assert found == []

"""What is said of how much of a posted file's text a call gives."""

import pytest

from consumer.posted_files.toolbox import how_much


@pytest.mark.parametrize(
    ("start", "end", "length", "cut", "told"),
    [
        (0, 9, 9, False, "all of it"),
        (0, 9, 20, False, "characters 0 to 9 of 20; go on with start=9"),
        (9, 20, 20, False, "characters 9 to 20 of 20, its end"),
        (0, 9, 20, True, "characters 0 to 9 of the first 20; go on with start=9"),
        (
            *(0, 20, 20, True),
            "characters 0 to 20 of the first 20; what comes after them cannot be opened here",
        ),
    ],
)
def test_what_is_cut_off_is_never_said_to_be_all(
    start: int, end: int, length: int, cut: bool, told: str
) -> None:
    """Neither where a call's part ends, nor where what can be opened at all does."""
    assert how_much(start, end, length, cut=cut) == told

"""Whole numbers as other programs and people write them, read without surprises. Pure.

Not `str.isdigit` and `int`: the first is true of `²`, which the second refuses; the second takes
`١` and `1_0` for numbers, and raises ValueError for more than 4,300 digits.
"""

import re

MOST_DIGITS = 18
"""So many fit into 64 bits, whatever the digits: Campfire's ids, seconds, counts."""
_NUMBER = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}")


def whole_number(text: str | bytes | None) -> int | None:
    """The number that this is: one to 18 of the digits 0 to 9 and nothing else; None otherwise."""
    plain = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    return int(plain) if plain is not None and _NUMBER.fullmatch(plain) else None

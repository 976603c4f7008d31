"""The input of a tool call: as one text that is the same for the same input, and as people see it.

Pure.
"""

import hashlib
import json
import re
import unicodedata


def canonical(values: object) -> str:
    """As JSON on one line, its keys in order; raises ValueError or TypeError for what is none."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, allow_nan=False)


def digest(*parts: object) -> str:
    """SHA-256, hexadecimal, of parts that are told apart."""
    return hashlib.sha256(json.dumps([*map(str, parts)]).encode()).hexdigest()


def visible(text: str) -> str:
    """The same JSON with every sign escaped that is not seen, or turns what follows around.

    Whoever approves an input sees all that is in it.
    """
    return "".join(sign if _is_seen(sign) else _escaped(sign) for sign in text)


def _is_seen(sign: str) -> bool:
    return sign in " \n" or (unicodedata.category(sign)[0] in "LNPSM" and not _BLANKS.match(sign))


def _escaped(sign: str) -> str:
    return json.dumps(sign)[1:-1]


_BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001d159\U000e0000-\U000e0fff]"
)
"""Letters, signs and marks to Unicode that nobody sees: with the 256 that choose how the sign
before them is drawn, any text can be written behind another, unseen."""

"""Pairs of tools that the operator knows to leak, as `Bash + web`."""

import re
from typing import Annotated

from pydantic import AfterValidator

from shared.bots.fields import Many, listed

_PAIR = re.compile(r"\s*(\S+)\s*\+\s*(\S+)\s*")


def _pair(text: str) -> str:
    """As `Bash + web`, whatever the blanks."""
    found = _PAIR.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no pair, as Bash + web")
    return f"{found[1]} + {found[2]}"


KnownPairs = Annotated[
    Many[Annotated[str, AfterValidator(_pair)]], listed("must be a list of pairs, as [Bash + web]")
]

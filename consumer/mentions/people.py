"""Whose name is written with which signed id: how `@Name` finds the person. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

from consumer.campfire.bodies.sgids import readable_user_id

MOST_CHECKED = 10_000
"""So many stay known as good: a book that learnt of one person does not check all others anew."""
_GOES_ON = re.compile(r"[A-Za-z0-9_]")


class People:
    """The people an answer may mention: sgids by the name that follows the @."""

    def __init__(self, sgids: Mapping[str, str], others: "People | None" = None) -> None:
        """`others`: who counts where `sgids` do not name them; they may be thousands, and are
        looked through once for many answers. Raises ValueError for an sgid that is neither empty
        nor a user's."""
        own = {name.lower(): _checked(sgid) for name, sgid in sgids.items() if name.strip()}
        self._layers: tuple[Mapping[str, str], ...] = (own, *(others._layers if others else ()))
        lengths = {len(name) for name in own}.union(others._lengths if others else ())
        # The longest first: "@Ann Lee" is not Ann.
        self._lengths: list[int] = sorted(lengths, reverse=True)

    def sgid(self, name: str) -> str | None:
        """With which they are mentioned, "" where only their name is; None for nobody."""
        for layer in self._layers:
            if (sgid := layer.get(name.lower())) is not None:
                return sgid
        return None

    def named_first(self, text: str) -> str:
        """The name that a text begins with, as it stands there; "" where it begins otherwise."""
        return self.name_at(text, 1) if text.startswith("@") else ""

    def name_at(self, text: str, start: int) -> str:
        """The whole name: "@Anna" is not Ann, but 小明 may run into what follows."""
        for length in self._lengths:
            name = text[start : start + length]
            whole = not name[-1:].isascii() or not _GOES_ON.match(text, start + length)
            if whole and self.sgid(name) is not None:
                return name
        return ""


@lru_cache(MOST_CHECKED)
def _checked(sgid: str) -> str:
    """The sgid, where Campfire can read it; raises ValueError for another."""
    if sgid and readable_user_id(sgid) is None:
        raise ValueError("an sgid that names no user")
    return sgid


NOBODY = People({})

"""`@Name` of a person whose id is known becomes a mention; how it is learnt: consumer.mentions.

Only a mention that Campfire itself has signed tells the person and calls the bot; any other is only
drawn, and one that is malformed breaks the room (docs/campfire.md, "Mentions"; w03, a84, a175).
"""

import re
from collections.abc import Iterator, Mapping

from consumer.campfire.bodies.sgids import readable_user_id
from consumer.rendering.pieces import Mention, Piece, Text

_AT = re.compile(r"(?<![A-Za-z0-9_.+@/-])@")
"""Not within a mail address or a path; Chinese may stand right before the @."""
_GOES_ON = re.compile(r"[A-Za-z0-9_]")


class People:
    """The people an answer may mention: sgids by the name that follows the @."""

    def __init__(self, sgids: Mapping[str, str]) -> None:
        """Raises ValueError for an sgid that is neither empty nor a user's."""
        self._sgids = {name.lower(): checked(sgid) for name, sgid in sgids.items() if name.strip()}
        # The longest first: "@Ann Lee" is not Ann.
        self._lengths = sorted({len(name) for name in self._sgids}, reverse=True)

    def pieces(self, text: str) -> Iterator[Piece]:
        """The text with its mentions in place."""
        end = 0
        for at in _AT.finditer(text):
            name = self._name_at(text, at.end())
            if name and at.start() >= end:
                yield Text(text[end : at.start()])
                yield Mention(name, self._sgids[name.lower()])
                end = at.end() + len(name)
        yield Text(text[end:])

    def named_first(self, text: str) -> str:
        """The name that a text begins with, as it stands there; "" where it begins otherwise."""
        return self._name_at(text, 1) if text.startswith("@") else ""

    def _name_at(self, text: str, start: int) -> str:
        """The whole name: "@Anna" is not Ann, but 小明 may run into what follows."""
        for length in self._lengths:
            name = text[start : start + length]
            whole = not name[-1:].isascii() or not _GOES_ON.match(text, start + length)
            if whole and name.lower() in self._sgids:
                return name
        return ""


def checked(sgid: str) -> str:
    """The sgid, where Campfire can read it; raises ValueError for another."""
    if sgid and readable_user_id(sgid) is None:
        raise ValueError("an sgid that names no user")
    return sgid


NOBODY = People({})

"""`@Name` of a person whose id is known becomes a mention; how it is learnt: consumer.mentions.

Only a mention that Campfire itself has signed tells the person and calls the bot; any other is only
drawn, and one that is malformed breaks the room (docs/campfire.md, "Mentions"; w03, a84, a175).
"""

import re
from collections.abc import Iterator, Mapping

from consumer.campfire.sgids import readable_user_id
from consumer.rendering.pieces import Mention, Piece, Text

_BEFORE = r"(?<![A-Za-z0-9_.+@/-])"
"""Not within a mail address or a path; Chinese may stand right before the @."""


class People:
    """The people an answer may mention: sgids by the name that follows the @."""

    def __init__(self, sgids: Mapping[str, str]) -> None:
        """Raises ValueError for an sgid that is neither empty nor a user's."""
        self._sgids = {name.lower(): checked(sgid) for name, sgid in sgids.items() if name.strip()}
        # The longest first: "@Ann Lee" is not Ann.
        names = sorted(self._sgids, key=len, reverse=True)
        pattern = f"{_BEFORE}@({'|'.join(map(_whole, names))})"
        self._pattern = re.compile(pattern, re.IGNORECASE) if names else None

    def pieces(self, text: str) -> Iterator[Piece]:
        """The text with its mentions in place."""
        end = 0
        for match in self._pattern.finditer(text) if self._pattern else ():
            sgid = self._sgids.get(match.group(1).lower())
            if sgid is not None:
                yield from (Text(text[end : match.start()]), Mention(match.group(1), sgid))
                end = match.end()
        yield Text(text[end:])


def checked(sgid: str) -> str:
    """The sgid, where Campfire can read it; raises ValueError for another."""
    if sgid and readable_user_id(sgid) is None:
        raise ValueError("an sgid that names no user")
    return sgid


def _whole(name: str) -> str:
    """A pattern of the whole name: "@Anna" is not Ann, but 小明 may run into what follows."""
    return re.escape(name) + (r"(?![A-Za-z0-9_])" if name[-1].isascii() else "")


NOBODY = People({})

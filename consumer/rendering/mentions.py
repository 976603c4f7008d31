"""`@Name` of a person we know becomes a mention that Campfire draws like one it wrote itself.

It is not signed, as nobody but Campfire can: it tells nobody and calls no bot (docs/campfire.md,
"Mentions"; w03, a84).
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping

from consumer.rendering.pieces import Piece, Text, Void

_TAG, _TYPE = "action-text-attachment", "application/vnd.campfire.mention"
_BEFORE = r"(?<![A-Za-z0-9_.+@/-])"
"""Not within a mail address or a path; Chinese may stand right before the @."""


def mention(user_id: int, name: str) -> Piece:
    """The mention of a user, by id; in plain text Campfire puts their name there."""
    attributes = (("sgid", _sgid(user_id)), ("content-type", _TYPE))
    return Void(_TAG, attributes, plain=f"@{name}")


class People:
    """The people an answer may mention: user ids by the name that follows the @."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        self._ids = {name.lower(): user_id for name, user_id in ids.items() if name.strip()}
        # The longest first: "@Ann Lee" is not Ann.
        names = sorted(self._ids, key=len, reverse=True)
        pattern = f"{_BEFORE}@({'|'.join(map(_whole, names))})"
        self._pattern = re.compile(pattern, re.IGNORECASE) if names else None

    def pieces(self, text: str) -> Iterator[Piece]:
        """The text with its mentions in place."""
        end = 0
        for match in self._pattern.finditer(text) if self._pattern else ():
            user_id = self._ids.get(match.group(1).lower())
            if user_id is not None:
                yield from (Text(text[end : match.start()]), mention(user_id, match.group(1)))
                end = match.end()
        yield Text(text[end:])


def _sgid(user_id: int) -> str:
    record = {"_rails": {"data": f"gid://campfire/User/{user_id}?expires_in", "pur": "attachable"}}
    packed = json.dumps(record, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode() + "--x"


def _whole(name: str) -> str:
    """A pattern of the whole name: "@Anna" is not Ann, but 小明 may run into what follows."""
    return re.escape(name) + (r"(?![A-Za-z0-9_])" if name[-1].isascii() else "")

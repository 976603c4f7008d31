"""What stands between two blocks: an empty line, the end of a line, or nothing. Pure.

Campfire's page has no margins, so two blocks touch unless an empty line stands between them; and
its plain text, which push notices and search use, sets nothing behind `pre` and most headings.
Measured on Campfire's own page: docs/campfire.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from consumer.rendering.pieces import BREAK, Close, Open, Piece, Text


class Kind(Enum):
    """What a part of a document is, as far as its neighbours care."""

    TEXT = auto()
    """A paragraph, or several lines; what it holds is inline."""
    TITLE = auto()
    """A heading of the first level."""
    HEADING = auto()
    LIST = auto()
    CODE = auto()
    QUOTE = auto()
    RULE = auto()


IN_A_LINE = frozenset({Kind.TEXT, Kind.TITLE, Kind.HEADING, Kind.CODE})
"""Inside a list's item or a quote these stand in a line of text, which has to be ended."""
SPACER: tuple[Piece, ...] = (Open("div"), BREAK, Close("div"))
"""An empty line on the page, and a line end at the least in plain text."""


@dataclass(frozen=True, slots=True)
class Part:
    """A block, or one of the blocks within one; text and headings are not in a tag yet."""

    kind: Kind
    pieces: tuple[Piece, ...]


def spacer(before: Part, after: Part) -> tuple[Piece, ...]:
    """What stands between two blocks of a post."""
    return SPACER if _apart(before, after) else ()


def nested(parts: Sequence[Part], *, in_list: bool) -> list[Piece]:
    """The blocks within a list's item or a quote, as what that tag holds."""
    pieces: list[Piece] = []
    for number, part in enumerate(parts):
        if number:
            pieces += [BREAK] * _breaks(parts[number - 1], part, in_list)
        heading = part.kind in (Kind.TITLE, Kind.HEADING)
        pieces += strong(part.pieces) if heading else part.pieces
    return pieces


def strong(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces in bold."""
    return (Open("strong"), *pieces, Close("strong"))


def _breaks(before: Part, after: Part, in_list: bool) -> int:
    if in_list and before.kind is Kind.TEXT and after.kind is Kind.LIST:
        return 0  # Campfire's plain text itself ends the line before a list in a list
    return (before.kind in IN_A_LINE) + _apart(before, after)


def _apart(before: Part, after: Part) -> bool:
    """Whether a reader sees an empty line between them."""
    if before.kind in (Kind.TITLE, Kind.HEADING):
        return False
    return not (before.kind is Kind.TEXT and _belongs(before, after))


def _belongs(lead: Part, part: Part) -> bool:
    """Whether a text leads to what follows: "These are left:"."""
    if part.kind is Kind.LIST:
        return True
    last = next((p.text for p in reversed(lead.pieces) if isinstance(p, Text)), "")
    return part.kind in (Kind.CODE, Kind.QUOTE) and last.rstrip().endswith((":", "："))

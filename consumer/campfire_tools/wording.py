"""What a tool's message is made of, and what the model is told of it. Pure."""

import hashlib
import re
from collections.abc import Sequence
from html import unescape

from consumer.addressing.mentionable import Mentionable, written
from consumer.boundary import Boundary
from consumer.campfire_tools.acts.ledger import Posted
from consumer.campfire_tools.acts.posts import Brought, How
from consumer.posting.long_answers import MOST_POSTS
from consumer.rendering.pieces import Mention, Piece
from consumer.toolboxes import ToolFailed

TOO_LONG = f"It was not posted: it is too long for {MOST_POSTS} messages. Say it shorter."
NOTHING_TO_SEE = "It was not posted: there is nothing in it to see."
_HOW: dict[How, str] = {
    "sent": "It is in the room",
    "stood": "Nothing was sent: an earlier attempt at this answer has posted it",
    "changed": "An earlier attempt at this answer had posted other words, which are changed",
}
_KEPT = (
    "Nothing was sent: an earlier attempt at this answer has posted other words in its place, and "
    "they cannot be changed any more. In the room stands, or stood:"
)
_TAG = re.compile(r"<[^>]*>")


def parts_of(text: str, who: Mentionable, opening: Sequence[Piece] = ()) -> list[Posted]:
    """The messages; raises ToolFailed for what is none, or too many."""
    if not text.strip():
        raise ToolFailed(NOTHING_TO_SEE)
    parts = written(text, who, opening=opening).parts
    if not parts:
        raise ToolFailed(NOTHING_TO_SEE)
    if len(parts) > MOST_POSTS:
        raise ToolFailed(TOO_LONG)
    called = "".join(piece.name for piece in opening if isinstance(piece, Mention))
    return [
        Posted(html=html, said=_digest(called, str(part), text)) for part, html in enumerate(parts)
    ]


def told(posts: Sequence[Brought], boundary: Boundary) -> str:
    """What the model is told of the messages that one call gave."""
    return "\n".join(_told(each, boundary) for each in posts)


def _digest(called: str, part: str, text: str) -> str:
    """Of the model's own words: what they are rendered to depends on who is known by then."""
    words = "\n".join([called, part, *(line.rstrip() for line in text.strip().splitlines())])
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()


def _told(each: Brought, boundary: Boundary) -> str:
    if each.how == "kept":
        words = unescape(_TAG.sub(" ", each.posted.html))
        return f"Message {each.number}: {_KEPT}\n{boundary.block(' '.join(words.split()))}"
    at = f"Campfire's number {each.posted.message_id}"
    return f"Message {each.number} of this turn: {_HOW[each.how]} ({at})."

"""The pieces HTML is made of here: written by blocks and inlines, cut and joined by splitting."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_CONTROL_PICTURES = 0x2400
_MENTION, _MENTION_TYPE = "action-text-attachment", "application/vnd.campfire.mention"
_DELETE, _DELETE_PICTURE = 0x7F, "\N{SYMBOL FOR DELETE}"


@dataclass(frozen=True, slots=True)
class Open:
    """A start tag; the matching Close follows."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Close:
    """An end tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class Void:
    """An element with nothing in it: br or hr."""

    tag: str
    plain: str = ""
    """What it is in Campfire's plain text."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody's name behind an @; never cut into, whichever way it is written."""

    name: str
    sgid: str = ""
    """The id by which Campfire draws the person there; without one the name stays text."""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as a reader sees them; escaped only when written."""

    text: str


Piece = Open | Close | Void | Mention | Text
BREAK = Void("br", plain="\n")


def html(pieces: Iterable[Piece]) -> str:
    """The pieces as HTML."""
    return "".join(map(written, pieces))


def written(piece: Piece) -> str:
    """One piece as HTML."""
    match piece:
        case Text(text):
            return escape(_UNSEEN.sub(_seen, text), quote=False)
        case Open(tag, attributes):
            return f"<{tag}{_written_attributes(attributes)}>"
        case Close(tag):
            return f"</{tag}>"
        case Void(tag):
            return f"<{tag}>"
        case Mention(name, ""):
            return written(Text(f"@{name}"))
        case Mention(_, sgid):
            attributes = (("sgid", sgid), ("content-type", _MENTION_TYPE))
            # Without an end tag, a custom element would swallow all that follows.
            return f"<{_MENTION}{_written_attributes(attributes)}></{_MENTION}>"


def weight(piece: Piece) -> int:
    """Bytes that a piece adds, at the most, to the push notice of its message.

    A notice is the message's plain text as JSON; Campfire does not send one that is too long. List
    items get a bullet and an indentation there, quotes their marks, blocks their line ends.
    """
    match piece:
        case Text(text):
            return json_bytes(_UNSEEN.sub(_seen, text))
        case Void(plain=plain):
            return json_bytes(plain)
        case Mention(name):
            return weight(Text(f"@{name}"))  # in plain text Campfire writes the name in its place
        case Open(tag):
            return _OPENING.get(tag, 0)
        case Close(tag):
            return _CLOSING.get(tag, 0)


_OPENING = {"li": 16, "blockquote": 3, "ul": 2, "ol": 2}
_CLOSING = {"div": 2, "h1": 4, "li": 2, "ul": 4, "ol": 4, "blockquote": 7}


def json_bytes(text: str) -> int:
    """The bytes of a text within JSON as Rails writes it: `<`, `>`, `&` take six each."""
    doubled = sum(map(text.count, '"\\\n\t'))
    return len(text.encode("utf-8", "replace")) + doubled + 5 * sum(map(text.count, "<>&"))


def _written_attributes(attributes: tuple[tuple[str, str], ...]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes)


def _seen(match: re.Match[str]) -> str:
    """A stand-in for what HTML or UTF-8 cannot carry: control codes and lone surrogates."""
    code = ord(match.group())
    if code == _DELETE:
        return _DELETE_PICTURE
    return chr(_CONTROL_PICTURES + code) if code < _DELETE else "\N{REPLACEMENT CHARACTER}"

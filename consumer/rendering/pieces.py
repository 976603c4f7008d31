"""The pieces HTML is made of here: written by blocks and inlines, cut and joined by splitting."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_CONTROL_PICTURES = 0x2400
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
    """An element with nothing in it: br, hr, or a mention (which has an end tag)."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as a reader sees them; escaped only when written."""

    text: str


Piece = Open | Close | Void | Text
BREAK = Void("br")


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
        case Void(tag, attributes):
            # Without an end tag, a custom element would swallow all that follows.
            end = f"</{tag}>" if "-" in tag else ""
            return f"<{tag}{_written_attributes(attributes)}>{end}"


def _written_attributes(attributes: tuple[tuple[str, str], ...]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes)


def _seen(match: re.Match[str]) -> str:
    """A stand-in for what HTML or UTF-8 cannot carry: control codes and lone surrogates."""
    code = ord(match.group())
    if code == _DELETE:
        return _DELETE_PICTURE
    return chr(_CONTROL_PICTURES + code) if code < _DELETE else "\N{REPLACEMENT CHARACTER}"

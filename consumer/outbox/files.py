"""The files of a reply, as they are stored with it: what is posted, and what is only told of."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

LONGEST_NAME = 80
"""Characters: a line of a room, and below every bound on bytes in any script."""
_LONGEST_SUFFIX = 10
_JOINERS = "\u200c\u200d"
"""Unseen, and part of Persian words and of emoji."""
_NOT_IN_A_NAME = re.compile(r'[%$|:;/<>?*"\\]')
"""What Rails makes a dash of when it shows a name (ActiveStorage::Filename): ours is one before."""

Why = Literal["too_large", "too_much", "too_many", "no_file", "unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file that is posted after the text."""

    name: str
    """As the room sees it."""
    size: int
    """Bytes."""
    digest: str
    """SHA-256, hexadecimal."""
    place: str
    """Where its bytes are kept, below `DATA_DIR/outgoing`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Files of the outbox that are not posted."""

    why: Why
    names: tuple[str, ...]
    """Some of them; `count` is how many there are."""
    count: int


def safe_name(name: str) -> str:
    """A file's name without path, control and invisible characters, cut before its suffix."""
    text = unicodedata.normalize("NFC", name.rpartition("/")[2])
    text = "".join(sign if _is_shown(sign) else "-" for sign in text)
    text = " ".join(_NOT_IN_A_NAME.sub("-", text).split()).strip(". ")
    stem, dot, suffix = text.rpartition(".")
    if not stem or len(suffix) > _LONGEST_SUFFIX:
        stem, dot, suffix = text, "", ""
    return (stem[: LONGEST_NAME - len(dot + suffix)] + dot + suffix) or "file"


def _is_shown(sign: str) -> bool:
    return unicodedata.category(sign)[0] != "C" or sign in _JOINERS

"""An answer of too many posts to scroll past: its beginning, and the whole as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import structlog

from consumer import rendering
from consumer.outbox.files import File
from shared.catalogue import Catalogue

MOST_POSTS = 5
ANSWER_FILE = "answer.md"
POST_BYTES = rendering.POST_BYTES - 160
"""Bytes of plain text in each post, so that the line below a beginning still fits into it."""

log = structlog.get_logger()

Keep = Callable[[str, bytes], File]
"""Keeps a file's bytes under a name until it is posted; raises OSError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the room gets of an answer's text."""

    parts: tuple[str, ...]
    files: tuple[File, ...] = ()
    below: str = ""
    """What stands in the only post below the answer's own words."""


def shown(text: str, parts: tuple[str, ...], keep: Keep, sentences: Catalogue) -> Shown:
    """The posts of an answer; of a long one the first, with the model's whole text as a file.

    Blocking. Where the file cannot be kept (a full disk) the room gets every part: nothing is lost.
    """
    if len(parts) <= MOST_POSTS:
        return Shown(parts=parts)
    try:
        file = keep(ANSWER_FILE, text.encode("utf-8", "replace"))
    except OSError as error:
        log.warning("long_answer_not_kept", reason=type(error).__name__)
        return Shown(parts=parts)
    rest = sentences.say("long_answer", count=f"{len(text):,}", file=ANSWER_FILE)
    below = f"<div><br></div><div><em>{escape(rest, quote=False)}</em></div>"
    return Shown(parts=(parts[0] + below,), files=(file,), below=below)

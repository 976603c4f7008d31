"""What people wrote in Campfire's editor, as text for the agent: Markdown, no mark added. Pure.

Campfire's own plain text glues pasted code to the next sentence, drops tables, addresses and whom
a quote is of (docs/campfire.md). blocks walks a body's blocks, inlines the text within one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from consumer.campfire.bodies.tree import body_of
from consumer.reading.blocks import joined, read_blocks
from consumer.reading.inlines import OWN, Reader

__all__ = ["LONGEST_HTML", "Known", "as_written"]

LONGEST_HTML = 100_000
"""Characters; of a longer body the plain text is told: the loop stands still while one is read."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who is known where a body is read."""

    own_id: int | None = None
    own_name: str = ""
    """The bot that is spoken to."""
    names: Mapping[int, str] = field(default_factory=dict)
    """Others' names by user id; used where a mention does not show its own."""


def as_written(html: str, known: Known) -> str:
    """The text of a body; mentions as `@Name`, the bot's own at both ends and behind a quote that
    the text begins with left out.

    What is no HTML is its own text; nothing raises. Empty where nothing is shown.
    """
    if not html.strip():
        return ""
    blocks = read_blocks(body_of(html), Reader(known.own_id, known.names))
    return _without_call(joined(blocks)).replace(
        OWN, f"@{known.own_name}" if known.own_name else ""
    )


_QUOTE_FIRST = re.compile(r"((?:>.*\n)+\n?)(.*)", re.DOTALL)
_BESIDE_A_CALL = " ,，:：;；、\n"
"""Between a bot's name and what it is asked."""


def _without_call(text: str) -> str:
    """Without the bot's own mention first and last, by which it was called.

    A reply begins with what it replies to (w58), and calls below that.
    """
    text = text.strip()
    if quoted := _QUOTE_FIRST.fullmatch(text):
        return (quoted[1] + _without_call(quoted[2])).strip()
    while text.startswith(OWN):
        text = text[len(OWN) :].lstrip(_BESIDE_A_CALL)
    while text.endswith(OWN):
        text = text[: -len(OWN)].rstrip()
    return text

"""From the model's Markdown to the HTML that Campfire really keeps. Pure; nothing vanishes.

markdown parses, blocks and inlines turn tokens into pieces, splitting makes posts of them.
"""

from collections.abc import Collection, Mapping

from consumer.rendering.attached import without_attached
from consumer.rendering.blocks import Block, blocks_of, text_block
from consumer.rendering.markdown import parse
from consumer.rendering.mentions import People
from consumer.rendering.pieces import Close, Open, Text
from consumer.rendering.splitting import split

__all__ = ["POST_BYTES", "render"]

POST_BYTES = 3_500
"""Bytes of plain text, as JSON, in one post. Campfire pushes no notice of more than 3,975 with the
author's name before it (docs/campfire.md): nobody would be told of a longer one."""
SMALLEST_LIMIT = 200


def render(
    text: str,
    people: Mapping[str, int] | None = None,
    *,
    files: Collection[str] = (),
    limit: int = POST_BYTES,
) -> tuple[str, ...]:
    """The posts that show this Markdown, in order; none when it is blank.

    `people`: user ids by name; `@Name` of one of them becomes a real mention. `files`: names of
    files posted with it, whose links become their words. `limit`: bytes of plain text, as JSON,
    that a post may have, at least 200. Raises ValueError for a smaller limit.
    """
    if limit < SMALLEST_LIMIT:
        raise ValueError(f"a limit under {SMALLEST_LIMIT} bytes leaves no room for markup")
    if not text.strip():
        return ()
    blocks = blocks_of(without_attached(parse(text), files), People(people or {}), limit)
    shown = any(_shows(block) for block in blocks)
    # Markdown that means nothing, such as a lone `#`, is shown itself: a post cannot be empty.
    return split(blocks if shown else [text_block(Text(text.strip()))], limit)


def _shows(block: Block) -> bool:
    """Whether a reader sees anything of it: a heading or a code block may be empty."""
    return any(
        bool(piece.text.strip()) if isinstance(piece, Text) else piece.tag == "hr"
        for piece in block.pieces
        if not isinstance(piece, Open | Close)
    )

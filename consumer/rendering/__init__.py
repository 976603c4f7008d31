"""From the model's Markdown to the HTML that Campfire really keeps. Pure; nothing vanishes.

markdown parses, blocks and inlines turn tokens into pieces, splitting makes posts of them.
"""

from collections.abc import Collection, Mapping, Sequence

from consumer.mentions.people import NOBODY, People
from consumer.rendering.attached import without_attached
from consumer.rendering.blocks import Block, blocks_of, text_block
from consumer.rendering.markdown.markdown import parse
from consumer.rendering.pieces import Close, Mention, Open, Piece, Text
from consumer.rendering.spacing import Kind, Part
from consumer.rendering.splitting import split

__all__ = ["POST_BYTES", "render"]

POST_BYTES = 3_500
"""Bytes of plain text, as JSON, in one post. Campfire pushes no notice of more than 3,975 with the
author's name before it (docs/campfire.md): nobody would be told of a longer one."""
SMALLEST_LIMIT = 200


def render(
    text: str,
    people: Mapping[str, str] | People = NOBODY,
    *,
    quote: Sequence[Piece] = (),
    opening: Sequence[Piece] = (),
    files: Collection[str] = (),
    limit: int = POST_BYTES,
) -> tuple[str, ...]:
    """The posts that show this Markdown, in order; none when all of it is blank.

    `people`: by name the sgid with which `@Name` is written as a mention; an empty one leaves it
    text that is never cut in two. The posts are cut at the same places whatever the sgids are.
    `quote`: somebody's words in their tags, before all else; `opening`: a paragraph before the
    text. `files`: names of files posted with it, whose links
    become their words. `limit`: bytes of plain text, as JSON, that a post may have, at least 200.
    Raises ValueError for a smaller limit, and for an sgid that would break the room's index.
    """
    if limit < SMALLEST_LIMIT:
        raise ValueError(f"a limit under {SMALLEST_LIMIT} bytes leaves no room for markup")
    before = [Block.made(Part(Kind.QUOTE, tuple(quote)), quote)] if quote else []
    before += [text_block(*opening)] if opening else []
    if not text.strip():
        return split(before, limit) if before else ()
    who = people if isinstance(people, People) else People(people)
    blocks = blocks_of(without_attached(parse(text), files), who, limit)
    shown = any(_shows(block) for block in blocks)
    # Markdown that means nothing, such as a lone `#`, is shown itself: a post cannot be empty.
    answer = blocks if shown else [text_block(Text(text.strip()))]
    return split([*before, *answer], limit)


def _shows(block: Block) -> bool:
    """Whether a reader sees anything of it: a heading or a code block may be empty."""
    return any(
        bool(piece.text.strip())
        if isinstance(piece, Text)
        else isinstance(piece, Mention) or piece.tag == "hr"
        for piece in block.pieces
        if not isinstance(piece, Open | Close)
    )

"""From the model's Markdown to the HTML that Campfire really keeps. Pure; nothing vanishes.

markdown parses, blocks and inlines turn tokens into pieces, splitting makes posts of them.
"""

from collections.abc import Collection, Mapping

from consumer.rendering.attached import without_attached
from consumer.rendering.blocks import Block, blocks_of
from consumer.rendering.markdown import parse
from consumer.rendering.mentions import People
from consumer.rendering.pieces import Close, Open, Text
from consumer.rendering.splitting import split

__all__ = ["PART_LIMIT", "render"]

PART_LIMIT = 12_000
"""Characters of HTML in one post: some 2,000 words, three screens of a room."""
SMALLEST_LIMIT = 200


def render(
    text: str,
    people: Mapping[str, int] | None = None,
    *,
    files: Collection[str] = (),
    limit: int = PART_LIMIT,
) -> tuple[str, ...]:
    """The posts that show this Markdown, in order; none when it is blank.

    `people`: user ids by name; `@Name` of one of them becomes a real mention. `files`: names of
    files posted with it, whose links become their words. `limit`: characters
    of HTML a post may have, at least 200. Under 4,000, a post whose markup alone is
    that long (deep lists, a long link) is longer. Raises ValueError for a smaller limit.
    """
    if limit < SMALLEST_LIMIT:
        raise ValueError(f"a limit under {SMALLEST_LIMIT} characters leaves no room for markup")
    if not text.strip():
        return ()
    blocks = blocks_of(without_attached(parse(text), files), People(people or {}), limit)
    return split(blocks if any(_shows(block) for block in blocks) else [_as_typed(text)], limit)


def _shows(block: Block) -> bool:
    """Whether a reader sees anything of it: a heading or a code block may be empty."""
    return any(
        bool(piece.text.strip()) if isinstance(piece, Text) else piece.tag == "hr"
        for piece in block.pieces
        if not isinstance(piece, Open | Close)
    )


def _as_typed(text: str) -> Block:
    """Markdown that means nothing, such as a lone `#`, is shown itself: a post cannot be empty."""
    return Block((Open("p"), Text(text.strip()), Close("p")))

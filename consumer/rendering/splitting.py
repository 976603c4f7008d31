"""An answer's blocks as posts under a bound: between blocks where possible, else inside one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consumer.rendering.blocks import Block
from consumer.rendering.cutting import cut
from consumer.rendering.pieces import html


def split(blocks: Sequence[Block], limit: int) -> tuple[str, ...]:
    """The posts, in order; none longer than `limit` characters unless a cut cannot help."""
    posts: list[list[_Chunk]] = [[]]
    size = 0
    for chunk in _chunks(blocks, limit):
        size += len(chunk.html)
        if size > limit and posts[-1]:
            posts.append(_carried_over(posts[-1], chunk, limit))
            size = sum(len(carried.html) for carried in posts[-1]) + len(chunk.html)
        posts[-1].append(chunk)
    return tuple("".join(chunk.html for chunk in post) for post in posts if post)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A block, or a piece of one that is too long for a post."""

    html: str
    is_heading: bool


def _chunks(blocks: Sequence[Block], limit: int) -> Iterator[_Chunk]:
    for block in blocks:
        whole = html(block.pieces)
        parts = [whole] if len(whole) <= limit else cut(block.pieces, limit)
        yield from (_Chunk(part, block.is_heading) for part in parts)


def _carried_over(post: list[_Chunk], chunk: _Chunk, limit: int) -> list[_Chunk]:
    """What moves to the next post with the chunk: a heading that would stand last, alone."""
    heads = len(post) > 1 and post[-1].is_heading
    return [post.pop()] if heads and len(post[-1].html) + len(chunk.html) <= limit else []

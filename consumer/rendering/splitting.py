"""An answer's blocks as posts under a bound: between blocks where possible, else inside one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consumer.rendering.blocks import Block
from consumer.rendering.cutting import cut
from consumer.rendering.pieces import Piece, html, weight
from consumer.rendering.spacing import SPACER, spacer

_WORTH_FILLING = 0.5
"""Of a post: with less room left, a long block begins in the next one."""
_SPACER_WEIGHT = sum(map(weight, SPACER))


def split(blocks: Sequence[Block], limit: int) -> tuple[str, ...]:
    """The posts, in order; none heavier than `limit` bytes unless a cut cannot help."""
    posts: list[list[_Chunk]] = [[]]
    size = 0
    for block in blocks:
        for chunk in _chunks(block, limit, limit - size):
            if posts[-1] and size + chunk.weight > limit:
                posts.append(_carried_over(posts[-1], chunk, limit))
                size = _size(posts[-1])
            posts[-1].append(chunk)
            size += _size([chunk])
    return tuple("".join(_joined(post)) for post in posts if post)


def _size(post: Sequence["_Chunk"]) -> int:
    """What a post weighs, the spacer before its next block included."""
    return sum(chunk.weight + _SPACER_WEIGHT for chunk in post)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A block, or a piece of one that is too long for a post."""

    block: Block
    html: str
    weight: int


def _chunks(block: Block, limit: int, left: int) -> Iterator[_Chunk]:
    """A block, or its pieces where it is too long for a post; the first fills what is `left`."""
    if block.weight <= limit:
        yield _Chunk(block, html(block.pieces), block.weight)
        return
    first = left if left >= limit * _WORTH_FILLING else limit
    parts = cut(block.pieces, limit, first)
    yield from (_Chunk(block, html(part), sum(map(weight, part))) for part in parts)


def _carried_over(post: list[_Chunk], chunk: _Chunk, limit: int) -> list[_Chunk]:
    """What moves to the next post with the chunk: a heading that would stand last, alone."""
    heads = len(post) > 1 and post[-1].block.is_heading
    fits = post[-1].weight + _SPACER_WEIGHT + chunk.weight <= limit
    return [post.pop()] if heads and fits else []


def _joined(post: Sequence[_Chunk]) -> Iterator[str]:
    before: _Chunk | None = None
    for chunk in post:
        if before is not None:
            between: tuple[Piece, ...] = spacer(before.block.part, chunk.block.part)
            yield html(between)
        yield chunk.html
        before = chunk

"""An answer's blocks as posts under a bound: between blocks where possible, else inside one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consumer.rendering.blocks import Block
from consumer.rendering.cutting import cut
from consumer.rendering.pieces import Piece, html, weight
from consumer.rendering.spacing import SPACER, spacer

_SPACER_WEIGHT = sum(map(weight, SPACER))


def split(blocks: Sequence[Block], limit: int) -> tuple[str, ...]:
    """The posts, in order; none heavier than `limit` bytes unless a cut cannot help."""
    posts: list[list[_Chunk]] = [[]]
    size = 0
    for chunk in _chunks(blocks, limit):
        size += chunk.weight + _SPACER_WEIGHT
        if size - _SPACER_WEIGHT > limit and posts[-1]:
            posts.append(_carried_over(posts[-1], chunk, limit))
            size = sum(each.weight + _SPACER_WEIGHT for each in (*posts[-1], chunk))
        posts[-1].append(chunk)
    return tuple("".join(_joined(post)) for post in posts if post)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A block, or a piece of one that is too long for a post."""

    block: Block
    html: str
    weight: int


def _chunks(blocks: Sequence[Block], limit: int) -> Iterator[_Chunk]:
    for block in blocks:
        whole = sum(map(weight, block.pieces))
        parts = [block.pieces] if whole <= limit else cut(block.pieces, limit)
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

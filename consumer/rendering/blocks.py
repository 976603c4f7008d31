"""The document's tree to blocks: each at the top level is one, which splitting keeps whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from consumer.mentions.people import People
from consumer.rendering.document_parts import BlockTree, DocumentParts, silent_definitions
from consumer.rendering.pieces import Close, Open, Piece, weight
from consumer.rendering.spacing import Kind, Part, strong


@dataclass(frozen=True, slots=True)
class Block:
    """A block at the top level of an answer, in its tags."""

    part: Part
    pieces: tuple[Piece, ...]
    weight: int
    """What all of it adds to the push notice, bytes."""

    @classmethod
    def made(cls, part: Part, pieces: Sequence[Piece]) -> "Block":
        """A block of these pieces, weighed."""
        return cls(part, tuple(pieces), sum(map(weight, pieces)))

    @property
    def is_heading(self) -> bool:
        """Whether it must not stand last in a post."""
        return self.part.kind in (Kind.TITLE, Kind.HEADING)


def blocks_of(tokens: Sequence[Token], people: People, limit: int) -> list[Block]:
    """The blocks of a document; its footnotes come last.

    A block that weighs more than `limit` bytes will be cut: its ordered lists become numbered
    lines, for Campfire drops `start`, and the second part of a list would count from 1 again.
    """
    silent = silent_definitions(tokens)
    nodes = BlockTree(tokens).children
    notes = [node for node in nodes if node.type == "footnote_reference"]
    body = [[node] for node in nodes if node.type != "footnote_reference"]
    blocks: list[Block] = []
    for group in [*body, notes]:
        found = _blocks(DocumentParts(people, silent, counted=True).of(group))
        if any(block.weight > limit for block in found):
            found = _blocks(DocumentParts(people, silent, counted=False).of(group))
        blocks += found
    return blocks


def text_block(*pieces: Piece) -> Block:
    """A paragraph of our own."""
    part = Part(Kind.TEXT, pieces)
    return Block.made(part, _tagged(part))


def _blocks(parts: Iterable[Part]) -> list[Block]:
    return [Block.made(part, _tagged(part)) for part in parts]


def _tagged(part: Part) -> tuple[Piece, ...]:
    """What a part at the top level is in HTML.

    A paragraph is a `div`: Campfire's server ends a `p` before a mention. Below the first, a
    heading is bold text: its page shows `h2` larger than `h1`, and its plain text glues it.
    """
    match part.kind:
        case Kind.TEXT:
            return (Open("div"), *part.pieces, Close("div"))
        case Kind.TITLE:
            return (Open("h1"), *part.pieces, Close("h1"))
        case Kind.HEADING:
            return (Open("div"), *strong(part.pieces), Close("div"))
        case _:
            return part.pieces

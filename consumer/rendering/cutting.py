"""Cuts one block that is too long for a post: its open tags are closed, and opened again after.

The best place near the end of a post is taken: between the blocks within it, between lines, after
a sentence, between words, and inside a word only when nothing else is left.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import wcwidth

from consumer.rendering.pieces import BREAK, Close, Mention, Open, Piece, Text, Void, weight

_INLINE = frozenset({"a", "strong", "em", "del", "code"})
_WORDS = re.compile(r"[^\s。！？；]*[。！？；]+\s*|\S+\s*|\s+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_SENTENCE_ENDS = frozenset(".!?:。！？；…")
_LONGEST_ATOM = 64
"""Characters that are never cut into; longer words and lines are taken apart."""
_FULL_ENOUGH = 0.25
"""A good place to cut is not worth a post emptier than this."""


class _After(IntEnum):
    """How good it is to cut after an atom; a border between blocks is their depth, up to LINE."""

    LINE = 1000
    SENTENCE = 1001
    WORD = 1002
    CHARACTER = 1003
    NOTHING = 1004


@dataclass(frozen=True, slots=True)
class _Atom:
    """What is never cut into."""

    piece: Piece
    weight: int
    after: int


def cut(pieces: Sequence[Piece], limit: int, first: int) -> Iterator[list[Piece]]:
    """The block in parts, each whole in itself, of at most `limit` bytes; `first` for the first."""
    atoms = list(_atoms(pieces))
    start, stack = 0, list[Open]()
    while start < len(atoms):
        end = _end(atoms, start, stack, limit if start else first)
        reopened = list[Piece](stack)
        stack = _still_open(stack, atoms[start:end])
        closed = [Close(tag.tag) for tag in reversed(stack)]
        yield [*reopened, *(atom.piece for atom in atoms[start:end]), *closed]
        start = _after_blank_lines(atoms, end)


def _after_blank_lines(atoms: Sequence[_Atom], start: int) -> int:
    """No part begins with an empty line; a browser drops the first newline of a <pre> anyway."""
    while start < len(atoms) and atoms[start].piece in (BREAK, Text("\n")):
        start += 1
    return start


def _atoms(pieces: Sequence[Piece]) -> Iterator[_Atom]:
    depth, pre = 0, 0
    for piece in pieces:
        if isinstance(piece, Text):
            for text, after in _texts(piece.text, _LINES if pre else _WORDS):
                yield _Atom(Text(text), weight(Text(text)), after)
            continue
        step = {Open: 1, Close: -1}.get(type(piece), 0)
        depth += step
        pre += step * (isinstance(piece, Open | Close) and piece.tag == "pre")
        yield _Atom(piece, weight(piece), _after(piece, depth))


def _after(piece: Open | Close | Void | Mention, depth: int) -> int:
    if isinstance(piece, Open | Mention) or piece.tag in _INLINE:
        return _After.NOTHING
    return _After.LINE if piece.tag == "br" else depth


def _texts(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    for word in pattern.findall(text):
        whole = word if len(word) <= _LONGEST_ATOM else ""
        if not whole:
            *first, whole = _runs(word)
            yield from ((run, _After.CHARACTER) for run in first)
        yield whole, _rank(whole, pattern)


def _runs(word: str) -> Iterator[str]:
    """A long word in runs that never cut a character a reader sees (an emoji, say) in two."""
    run = ""
    for grapheme in wcwidth.iter_graphemes(word):
        if run and len(run) + len(grapheme) > _LONGEST_ATOM:
            yield run
            run = ""
        run += grapheme
    yield run


def _rank(word: str, pattern: re.Pattern[str]) -> int:
    if pattern is _LINES:
        return _After.LINE if word.endswith("\n") else _After.NOTHING
    bare = word.rstrip()
    if bare[-1:] in _SENTENCE_ENDS and (bare != word or not bare.isascii()):
        return _After.SENTENCE
    return _After.WORD if bare != word else _After.NOTHING


def _end(atoms: Sequence[_Atom], start: int, stack: list[Open], limit: int) -> int:
    """Where the part that starts here ends."""
    sizes, first, last = _reach(atoms, start, stack, limit)
    if last == len(atoms):
        return last
    full = [end for end in range(first, last + 1) if sizes[end - start - 1] >= limit * _FULL_ENOUGH]
    best = min(full or range(first, last + 1), key=lambda end: (atoms[end - 1].after, -end))
    while best < len(atoms) and isinstance(atoms[best].piece, Close):
        best += 1  # what ends here must not be opened again only to end
    return best


def _reach(
    atoms: Sequence[_Atom], start: int, stack: list[Open], limit: int
) -> tuple[list[int], int, int]:
    """The part's size after each atom; the first and the last end it may have.

    The first stands behind some text, so that every part gets on.
    """
    sizes, first, opened = list[int](), 0, stack.copy()
    size = sum(map(weight, stack))
    closing = sum(weight(Close(tag.tag)) for tag in stack)
    for end in range(start + 1, len(atoms) + 1):
        atom = atoms[end - 1]
        size += atom.weight
        closing += _closing(atom, opened)
        if size + closing > limit and first:
            return sizes, first, end - 1
        sizes.append(size)
        first = first or (end if isinstance(atom.piece, Text | Void | Mention) else 0)
    return sizes, first or len(atoms), len(atoms)


def _closing(atom: _Atom, opened: list[Open]) -> int:
    """How much an atom adds to the weight of the end tags that are still to come."""
    if isinstance(atom.piece, Open):
        opened.append(atom.piece)
        return weight(Close(atom.piece.tag))
    if isinstance(atom.piece, Close):
        return -weight(Close(opened.pop().tag))
    return 0


def _still_open(stack: list[Open], atoms: Sequence[_Atom]) -> list[Open]:
    opened = stack.copy()
    for atom in atoms:
        _closing(atom, opened)
    return opened

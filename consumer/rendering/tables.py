"""Tables, which Campfire takes apart: aligned where a phone has room for them, else as records.

Campfire's page wraps a `pre` at 37 columns on a phone, and in no font of it is a Chinese sign two
columns wide (docs/campfire.md).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import wcwidth
from markdown_it.token import Token

from consumer.mentions.people import People
from consumer.rendering.code import NOT_CODE
from consumer.rendering.inlines import has_link, inline_pieces, plain_text
from consumer.rendering.lists import bullets
from consumer.rendering.pieces import BREAK, Close, Open, Piece, Text
from consumer.rendering.spacing import Kind, Part, strong

MAX_WIDTH = 37
"""Columns of a fixed-width font on a phone that is 390 px wide."""
_GAP, _RULE = "  ", "─"
_SEPARATOR, _EMPTY = " · ", "–"
_WRITTEN_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[Token, ...]
    alignments: tuple[str, ...]

    def texts(self) -> list[str]:
        return [_on_one_line(plain_text(cell)) for cell in self.cells]


def table_parts(tokens: Sequence[Token], people: People) -> list[Part]:
    """A table, from its `table_open` to its `table_close`."""
    header, *rows = _rows(tokens)
    lines = list(_aligned([header, *rows]))
    linked = any(has_link(cell) for row in (header, *rows) for cell in row.cells)
    if not linked and all(map(_fits, lines)):
        text = Text("\n".join(lines))
        return [Part(Kind.CODE, (Open("pre", NOT_CODE), text, Close("pre")))]
    return list(_records(header, rows, people))


def _rows(tokens: Sequence[Token]) -> Iterator[_Row]:
    cells: list[Token] = []
    alignments: list[str] = []
    for token in tokens:
        if token.type in ("th_open", "td_open"):
            style = str(token.attrs.get("style", ""))
            alignments.append(style.removeprefix("text-align:"))
        elif token.type == "inline":
            cells.append(token)
        elif token.type == "tr_close":
            yield _Row(tuple(cells), tuple(alignments))
            cells, alignments = [], []


def _aligned(rows: Sequence[_Row]) -> Iterator[str]:
    """The table's lines, each column as wide as its widest cell."""
    texts = [row.texts() for row in rows]
    sizes = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for number, (row, cells) in enumerate(zip(rows, texts, strict=True)):
        yield _GAP.join(map(_padded, cells, sizes, row.alignments)).rstrip()
        if number == 0:
            yield _GAP.join(_RULE * size for size in sizes)


def _padded(text: str, size: int, alignment: str) -> str:
    match alignment:
        case "right":
            return text.rjust(size)
        case "center":
            return text.center(size)
        case _:
            return text.ljust(size)


def _fits(line: str) -> bool:
    """Whether a phone shows it on one line, in columns that stand below each other."""
    return len(line) <= MAX_WIDTH and all(wcwidth.wcwidth(sign) == 1 for sign in line)


def _on_one_line(text: str) -> str:
    """A cell's text; `<br>` is all Markdown has for a new line in a cell, so it is read here."""
    return " ".join(_WRITTEN_BREAK.sub(" / ", text).split())


def _records(header: _Row, rows: Sequence[_Row], people: People) -> Iterator[Part]:
    """An item a row: its first cell, then the others, each behind its column's name."""
    key, *names = header.texts()
    if not rows or key:
        title = [key, *names] if not rows else [key]
        yield Part(Kind.HEADING, (Text(_SEPARATOR.join(filter(None, title))),))
    if rows:
        yield bullets("ul", (list(_record(names, row, people)) for row in rows))


def _record(names: Sequence[str], row: _Row, people: People) -> Iterator[Piece]:
    key, *cells = (list(_broken(inline_pieces(c.children or (), people))) for c in row.cells)
    if key:
        yield from strong(key) if cells else key
        yield from (Text(": "),) if cells else ()
    for number, (name, cell) in enumerate(zip(names, cells, strict=True)):
        yield from (Text(_SEPARATOR),) if number else ()
        yield from (Text(f"{name} "),) if name else ()
        yield from cell or (Text(_EMPTY),)


def _broken(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with each written `<br>` as one."""
    for piece in pieces:
        if not isinstance(piece, Text):
            yield piece
            continue
        for number, line in enumerate(_WRITTEN_BREAK.split(piece.text)):
            yield from (BREAK,) if number else ()
            yield Text(line)

"""Tables, which Campfire drops text and all: aligned in a `<pre>`, or a list when too wide."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import wcwidth
from markdown_it.token import Token

from consumer.rendering.inlines import has_link, inline_pieces, plain_text
from consumer.rendering.mentions import People
from consumer.rendering.pieces import BREAK, Close, Open, Piece, Text

MAX_WIDTH = 80
"""Columns of a fixed-width font that fit a room on a laptop."""
_GAP, _CROSS = " | ", "-+-"
_WRITTEN_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_NOT_CODE = (("class", "nohighlight"),)
"""Or Campfire's highlighter takes the table for some language and colours its words."""


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[Token, ...]
    alignments: tuple[str, ...]

    def texts(self) -> list[str]:
        return [_on_one_line(plain_text(cell)) for cell in self.cells]


def table_pieces(tokens: Sequence[Token], people: People) -> list[Piece]:
    """A table, from its `table_open` to its `table_close`."""
    header, *rows = _rows(tokens)
    lines = list(_aligned([header, *rows]))
    linked = any(has_link(cell) for row in (header, *rows) for cell in row.cells)
    if not linked and all(_width(line) <= MAX_WIDTH for line in lines):
        return [Open("pre", _NOT_CODE), Text("\n".join(lines)), Close("pre")]
    return list(_listed(header, rows, people))


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
    widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
    for number, (row, cells) in enumerate(zip(rows, texts, strict=True)):
        padded = map(_padded, cells, widths, row.alignments)
        yield _GAP.join(padded).rstrip()
        if number == 0:
            yield _CROSS.join("-" * width for width in widths)


def _padded(text: str, width: int, alignment: str) -> str:
    missing = width - _width(text)
    left = {"right": missing, "center": missing // 2}.get(alignment, 0)
    return " " * left + text + " " * (missing - left)


def _width(text: str) -> int:
    """Columns on a screen: a Chinese character and an emoji take two."""
    width: int = wcwidth.wcswidth(text)
    return width if width >= 0 else len(text)


def _on_one_line(text: str) -> str:
    """A cell's text; `<br>` is all Markdown has for a new line in a cell, so it is read here."""
    return " ".join(_WRITTEN_BREAK.sub(" / ", text).split())


def _listed(header: _Row, rows: Sequence[_Row], people: People) -> Iterator[Piece]:
    """One item a row, one line a cell, each under its column's name."""
    names = header.texts()
    if not rows:
        yield from (Open("p"), Text(_GAP.join(names)), Close("p"))
        return
    yield Open("ul")
    for row in rows:
        yield Open("li")
        for number, (name, cell) in enumerate(zip(names, row.cells, strict=True)):
            yield from (BREAK,) if number else ()
            yield from (Open("strong"), Text(f"{name}:"), Close("strong"), Text(" ")) * bool(name)
            yield from _broken(inline_pieces(cell, people))
        yield Close("li")
    yield Close("ul")


def _broken(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with each written `<br>` as one."""
    for piece in pieces:
        if not isinstance(piece, Text):
            yield piece
            continue
        for number, line in enumerate(_WRITTEN_BREAK.split(piece.text)):
            yield from (BREAK,) if number else ()
            yield Text(line)

"""Tables, which Campfire drops text and all: aligned in a `<pre>`, or a list when too wide."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import wcwidth
from markdown_it.token import Token

from consumer.rendering.inlines import has_link, inline_pieces, plain_text
from consumer.rendering.mentions import People
from consumer.rendering.pieces import BREAK, Close, Open, Piece, Text

_WIDE_SPACE, _WIDE_RULE = "\N{IDEOGRAPHIC SPACE}", "\N{FULLWIDTH HYPHEN-MINUS}"
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
    sizes = [_Size.widest(map(_Size.of, column)) for column in zip(*texts, strict=True)]
    for number, (row, cells) in enumerate(zip(rows, texts, strict=True)):
        yield _GAP.join(map(_padded, cells, sizes, row.alignments)).rstrip()
        if number == 0:
            yield _CROSS.join(size.filled("-", _WIDE_RULE) for size in sizes)


@dataclass(frozen=True, slots=True)
class _Size:
    """The width of a cell: a Chinese sign is rarely two columns of the font that has the others.

    So the two kinds are counted, and filled up, apart: the columns stand straight in any font.
    """

    narrow: int
    wide: int

    @classmethod
    def of(cls, text: str) -> "_Size":
        wide = sum(map(_is_wide, text))
        return cls(_width(text) - 2 * wide, wide)

    @classmethod
    def widest(cls, cells: Iterable["_Size"]) -> "_Size":
        known = list(cells)
        return cls(max(cell.narrow for cell in known), max(cell.wide for cell in known))

    def less(self, other: "_Size") -> "_Size":
        return _Size(self.narrow - other.narrow, self.wide - other.wide)

    def filled(self, narrow: str, wide: str) -> str:
        return wide * self.wide + narrow * self.narrow


def _padded(text: str, size: _Size, alignment: str) -> str:
    missing = size.less(_Size.of(text))
    before = {
        "right": missing,
        "center": _Size(missing.narrow // 2, missing.wide // 2),
    }.get(alignment, _Size(0, 0))
    after = missing.less(before)
    return before.filled(" ", _WIDE_SPACE) + text + after.filled(" ", _WIDE_SPACE)


def _is_wide(sign: str) -> bool:
    """Whether it comes from a font of Chinese, Japanese or Korean; an emoji does not."""
    wide = unicodedata.east_asian_width(sign) in "WF"
    return wide and unicodedata.category(sign)[0] != "S"


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

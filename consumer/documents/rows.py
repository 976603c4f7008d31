"""Rows of a table as sections: a few dozen each, every one with the table's first row above."""

from collections.abc import Iterable, Iterator
from itertools import islice

from consumer.documents.section import Section

ROWS = 40
"""Of one section."""
LONGEST_CELL = 1000


def rows_as_sections(rows: Iterable[Iterable[object]], *names: str) -> Iterator[Section]:
    """`names` go above as headings: the sheet's, if any. Empty rows do not count."""
    told = ((number, line) for number, row in enumerate(rows, 1) if (line := row_as_line(row)))
    first = ""
    while some := list(islice(told, ROWS)):
        lines = [line for _, line in some]
        top = [first] if first else []
        first = first or lines[0]
        heading = f"rows {some[0][0]}–{some[-1][0]}"
        yield Section((*names, heading), "\n".join([*top, *lines]))


def row_as_line(row: Iterable[object]) -> str:
    """The cells with bars between; empty where all are."""
    cells = ["" if cell is None else " ".join(str(cell).split()) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return " | ".join(cell[:LONGEST_CELL] for cell in cells)

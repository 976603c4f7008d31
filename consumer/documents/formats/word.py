"""Word documents: paragraphs, headings by their styles, tables. No headers, footers, text boxes."""

import re
from io import BytesIO

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from consumer.documents.formats import packed
from consumer.documents.outline import Outline
from consumer.documents.rows import row_as_line
from consumer.documents.section import Section

_HEADING = re.compile(r"heading ([1-9])$", re.I)
"""Word's own styles have English names in the file, whatever language it was written in."""


def sections(file: BytesIO) -> list[Section]:
    """A section for each heading."""
    outline = Outline()
    for part in Document(packed.check(file)).iter_inner_content():
        if isinstance(part, Table):
            outline.paragraph(_table(part))
        elif level := _level(part):
            outline.heading(level, part.text)
        else:
            outline.paragraph(part.text)
    return outline.sections()


def _level(paragraph: Paragraph) -> int:
    """1 to 9; 0 where it is no heading."""
    style = paragraph.style
    name = (style.name or "") if style is not None else ""
    if name == "Title":
        return 1
    found = _HEADING.search(name)
    return int(found[1]) + 1 if found else 0


def _table(table: Table) -> str:
    lines = []
    for row in table.rows:
        cells = {id(cell._tc): cell.text for cell in row.cells}  # a merged one stands there twice
        lines.append(row_as_line(cells.values()))
    return "\n".join(filter(None, lines))

"""Excel workbooks: the values of every sheet, some rows a section."""

from collections.abc import Iterator
from io import BytesIO

from openpyxl import load_workbook

from consumer.documents.formats import packed
from consumer.documents.rows import rows_as_sections
from consumer.documents.section import Section


def sections(file: BytesIO) -> Iterator[Section]:
    """The values that were last computed, not the formulas; hidden sheets are left out."""
    book = load_workbook(packed.check(file), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()  # what a file says of its size need not be true
            yield from rows_as_sections(sheet.iter_rows(values_only=True), sheet.title)

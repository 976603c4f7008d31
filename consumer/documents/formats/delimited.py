"""Tables as text: cells between commas, semicolons or tabs."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

from consumer.documents.formats.text import decoded
from consumer.documents.rows import rows_as_sections
from consumer.documents.section import Section

SAMPLE = 8192


def sections(file: BytesIO) -> Iterator[Section]:
    """Sections of some rows each."""
    text = decoded(file.getvalue())
    yield from rows_as_sections(csv.reader(StringIO(text, newline=""), _dialect(text)))


def _dialect(text: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(text[:SAMPLE], delimiters=",;\t|")
    except csv.Error:
        return csv.excel  # one column, or too few rows to tell

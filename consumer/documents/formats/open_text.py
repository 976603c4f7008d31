"""OpenDocument texts: paragraphs, lists, headings, tables. No comments, headers, text boxes."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from odfdo import Document, Header, Table

from consumer.documents.formats import packed
from consumer.documents.outline import Outline
from consumer.documents.rows import row_as_line
from consumer.documents.section import Section, Trouble, Unreadable

AROUND = frozenset({"text:section", "text:table-of-content", "text:index-body"})
"""What only holds other parts."""
UNSEEN = frozenset({"text:tracked-changes", "office:forms", "text:sequence-decls"})
"""What nobody sees who opens the document: words that were taken out, and what is no text."""


def sections(file: BytesIO) -> list[Section]:
    """A section for each heading."""
    document, outline = Document(packed.check(file)), Outline()
    if _is_protected(document):
        raise Unreadable(Trouble.PROTECTED)
    for part in _parts(document.body):
        if isinstance(part, Header):
            outline.heading(part.level, part.inner_text)
        elif isinstance(part, Table):
            outline.paragraph("\n".join(filter(None, map(row_as_line, part.get_values()))))
        else:
            outline.paragraph(part.inner_text)
    return outline.sections()


def _is_protected(document: Any) -> bool:
    return b"manifest:encryption-data" in document.container.get_part("META-INF/manifest.xml")


def _parts(around: Any) -> Iterator[Any]:
    for part in around.children:
        if part.tag in AROUND:
            yield from _parts(part)
        elif part.tag not in UNSEEN:
            yield part

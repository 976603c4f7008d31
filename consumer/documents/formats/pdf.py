"""PDF files: the text of each page, as far as it is there as text."""

from collections.abc import Iterator
from io import BytesIO

from pypdf import PasswordType, PdfReader

from consumer.documents.section import Section, Trouble, Unreadable


def sections(file: BytesIO) -> Iterator[Section]:
    """A section for each page that has text; raises Unreadable where none has: a scan."""
    reader = PdfReader(file)
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise Unreadable(Trouble.PROTECTED)
    found = False
    for number, page in enumerate(reader.pages, 1):
        if text := page.extract_text().strip():
            found = True
            yield Section((f"page {number}",), text)
    if not found:
        raise Unreadable(Trouble.EMPTY)

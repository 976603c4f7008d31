"""Rich text (RTF): its words, without headings, of which the format has none."""

from collections.abc import Iterator
from io import BytesIO

from striprtf.striprtf import rtf_to_text

from consumer.documents.section import Section, Trouble, Unreadable

BEGINS = b"{\\rtf"


def sections(file: BytesIO) -> Iterator[Section]:
    """One; its bytes are ASCII, and name whatever is not."""
    data = file.getvalue()
    if not data.lstrip().startswith(BEGINS):
        raise Unreadable(Trouble.DAMAGED)
    text: str = rtf_to_text(data.decode("latin-1"), errors="ignore")  # type: ignore[no-untyped-call]
    yield Section((), text.strip())

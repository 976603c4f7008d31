"""Office files are zip archives: looked at before anything unpacks them."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from consumer.documents.section import Trouble, Unreadable

MOST_UNPACKED = 300_000_000
"""Bytes of all parts together."""
MOST_PARTS = 20_000
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
"""What a file of Word, Excel or PowerPoint begins with that wants a password ([MS-OFFCRYPTO])."""


def check(file: BytesIO) -> BytesIO:
    """The file again, at its begin; raises Unreadable for one that no library should unpack."""
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
    except BadZipFile:
        protected = file.getvalue().startswith(OLD_OFFICE)
        raise Unreadable(Trouble.PROTECTED if protected else Trouble.DAMAGED) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(Trouble.LARGE)
    file.seek(0)
    return file

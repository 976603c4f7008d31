"""What a file is: by its first bytes, where they say so, else by the end of its name. Pure."""

from consumer.documents.formats import KINDS, kind_of

PICTURE, TEXT = "picture", ".txt"
_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": PICTURE,
    b"\xff\xd8\xff": PICTURE,
    b"GIF87a": PICTURE,
    b"GIF89a": PICTURE,
    b"BM": PICTURE,
    b"II*\0": PICTURE,
    b"MM\0*": PICTURE,
    b"%PDF-": ".pdf",
}
_LOOKED_AT = 8_192
"""Bytes among which a file that is no text has a zero."""


def kind_of_file(data: bytes, name: str, content_type: str) -> str | None:
    """The kind under which the child reads it; None for one that nothing reads.

    What a browser took it for counts last: it may say anything.
    """
    for beginning, kind in _BEGINNINGS.items():
        if data.startswith(beginning):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return PICTURE
    if (ending := kind_of(name)) in KINDS - {".pdf"}:
        return ending
    if content_type.startswith("image/") and content_type != "image/svg+xml":
        return PICTURE  # whose reader says that it is none
    return TEXT if data and b"\0" not in data[:_LOOKED_AT] else None

"""Pictures among the files: whether they are what they say, and how large."""

import struct

_MAGIC = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
_WITHOUT_SIZE = frozenset(range(0xD0, 0xDA)) | {0x01}
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def is_picture(content_type: str) -> bool:
    """Whether the room shows it as a picture; an SVG is a file (a26)."""
    return content_type in _MAGIC


def is_broken_picture(content_type: str, data: bytes) -> bool:
    """Whether this says that it is a picture and is none (a28)."""
    return is_picture(content_type) and not data.startswith(_MAGIC[content_type])


def picture_size(content_type: str, data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None where we cannot tell."""
    if is_broken_picture(content_type, data):
        return None
    if content_type == "image/png" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    if content_type == "image/gif" and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    return _jpeg_size(data) if content_type == "image/jpeg" else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        length = 0 if marker in _WITHOUT_SIZE else int.from_bytes(data[at + 2 : at + 4], "big")
        at += 2 + length
    return None

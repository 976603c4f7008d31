"""Bodies that a recording could not hold whole: long ones were cut, binary ones are mangled."""

import gzip
import hashlib
import re
import struct
import zlib

from tests.integration.sandbox.campfire.replay.comparing import CUT
from tests.integration.sandbox.campfire.replay.recordings import Json

_PICTURE = re.compile(r'<img width="(\d+)" height="(\d+)"')
_END = b"\r\n--campfirerecordingboundary0001--\r\n"
_REPEATED = (
    "x",
    "y",
    f"<p>{'word ' * 18}</p>",
    f"<p>{'word ' * 19}</p>",
    f"<p>{'word ' * 20}</p>",
)


def request_body(request: Json, shown: str = "") -> bytes:
    """The bytes that were sent; of a random or binary file others of the same size and kind."""
    text: str = request["body"]
    size = int(request["body_bytes"])
    if request["headers"].get("content-encoding") == "gzip":
        return gzip.compress(b"zipped").ljust(size, b"\0")[:size]
    head, marker, rest = text.partition("\r\nContent-Type: image/png\r\n\r\n")
    if marker and "not a png" not in rest:
        start = f"{head}{marker}".encode()
        return start + png(shown, size - len(start) - len(_END)) + _END
    if "octet-stream" in text and CUT.search(text):
        start = text.partition("\r\n\r\n")[0].encode() + b"\r\n\r\n"
        return start + b"\xfe" * (size - len(start) - len(_END)) + _END
    return _whole(text, size, request.get("body_sha256"))


def png(shown: str, size: int) -> bytes:
    """A picture of this many bytes, as large as the page showed it."""
    found = _PICTURE.search(shown)
    width, height = (int(found[1]), int(found[2])) if found else (20, 15)
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header
    return (start + struct.pack(">I", zlib.crc32(header))).ljust(size, b"\0")


def _whole(text: str, size: int, sha256: str | None) -> bytes:
    if not CUT.search(text):
        return text.encode()
    for piece in _REPEATED:
        body = (piece * (size // len(piece) + 1)).encode()[:size]
        if hashlib.sha256(body).hexdigest() == sha256:
            return body
    raise ValueError(f"No body of {size} bytes is known that begins with {text[:40]!r}.")

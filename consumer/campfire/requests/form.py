"""A file as an HTML form sends it, in the way Rails reads names: `"` and control characters as %22,
%0A and so on, all other letters as they are (as browsers do, not as RFC 2231, which Rails shows
undecoded)."""

import os
import re

_SPECIAL = re.compile(r'["\\\x00-\x1a\x1c-\x1f]')


def file_form(field: str, filename: str, content: bytes, kind: str) -> tuple[str, bytes]:
    """The type and the body of a form with this one file."""
    boundary = os.urandom(16).hex()
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; '
        f'filename="{_SPECIAL.sub(_escaped, filename)}"\r\nContent-Type: {kind}\r\n\r\n'
    )
    body = b"".join((head.encode(errors="replace"), content, f"\r\n--{boundary}--\r\n".encode()))
    return f"multipart/form-data; boundary={boundary}", body


def _escaped(sign: re.Match[str]) -> str:
    return "\\\\" if sign[0] == "\\" else f"%{ord(sign[0]):02X}"

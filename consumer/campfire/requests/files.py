"""What a file is called to Campfire. Pure."""

import mimetypes

_MAGIC = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
UNKNOWN = "application/octet-stream"


def media_type(filename: str, content: bytes) -> str:
    """The type by the name; a picture that is none stays a plain file.

    Campfire analyses pictures as they come in, and answers 500 to a broken one (a28).
    """
    guessed = mimetypes.guess_type(filename)[0] or UNKNOWN
    if guessed.startswith("image/") and guessed != "image/svg+xml":
        return guessed if content.startswith(_MAGIC.get(guessed, b"\x00never")) else UNKNOWN
    return guessed

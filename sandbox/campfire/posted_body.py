"""What a bot's POST brings: a text or a file; or why Rails refuses it before looking further.

The raw body is the message whatever its Content-Type says, but Rails parses parameters first, so
a form with a bare `%` or broken JSON is refused (docs/campfire.md, "The bot API").
"""

import json
import re
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from sandbox.campfire.bot_answers import SERVER_ERROR, head
from sandbox.campfire.messages import Upload

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}


class RefusedBody(Exception):
    """This POST is not stored; `response` says why."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


async def read_posted(request: Request) -> tuple[str | None, Upload | None]:
    """The text or the file that was posted; exactly one is not None.

    Raises `RefusedBody` (400 unreadable parameters, 422 blank, 500 a broken image).
    """
    raw = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        upload = await _uploaded(request)
        if upload is not None:
            return None, upload
    _refuse_bad_parameters(media_type, raw)
    text = raw.decode(errors="replace")
    if not text.strip():
        raise RefusedBody(head(422))
    return text, None


async def _uploaded(request: Request) -> Upload | None:
    async with request.form() as form:
        field = form.get("attachment")
        if field is None:
            return None
        if not isinstance(field, UploadFile):
            raise RefusedBody(SERVER_ERROR())  # a text counts as a signed blob id, and is none
        data = await field.read()
        content_type = field.content_type or "application/octet-stream"
        if not data.startswith(_MAGIC.get(content_type, b"")):
            raise RefusedBody(SERVER_ERROR())  # analysing a broken image fails (a28)
        return Upload(field.filename or "", content_type, data)


def _refuse_bad_parameters(media_type: str, raw: bytes) -> None:
    if media_type == "application/x-www-form-urlencoded":
        if _BAD_ESCAPE.search(raw):
            raise RefusedBody(head(400))
        if b"attachment" in raw and "attachment" in parse_qs(raw.decode(errors="replace")):
            raise RefusedBody(SERVER_ERROR())
    if media_type == "application/json" and raw.strip():
        try:
            json.loads(raw)
        except ValueError:
            raise RefusedBody(head(400)) from None

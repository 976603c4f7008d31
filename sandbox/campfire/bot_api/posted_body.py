"""What a bot's POST or PATCH brings: a text or a file; or why Rails refuses it before storing.

The raw body is the message whatever its Content-Type says, but Rails parses parameters first, so a
form with a bare `%` or broken JSON is refused, and a field `attachment` must be a file.
"""

import json
import re
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from sandbox.campfire.bot_api.answers import Mode, app_answer, bad_parameters, error_answer
from sandbox.campfire.rails.file_names import stored_name
from sandbox.campfire.stored.messages import Upload

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class RefusedBody(Exception):
    """This body is not stored; `response` says why."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


async def read_posted(
    request: Request, mode: Mode, *, blank: bool = False
) -> tuple[str | None, Upload | None]:
    """The text or the file that was posted; exactly one is not None.

    `blank`: whether nothing but blanks is a text too; on v1.4.9 it always is (a12, a13). Raises
    `RefusedBody` (400 unreadable parameters, 422 blank, 500 not UTF-8 or no file).
    """
    raw = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        upload = await _uploaded(request, mode)
        if upload is not None:
            return None, upload
    _refuse_bad_parameters(media_type, raw, mode)
    text = posted_text(raw)
    if text is None:
        raise RefusedBody(error_answer(mode, 500))
    if mode == "main" and not blank and is_blank(text):
        raise RefusedBody(app_answer(mode, 422))
    return text, None


def posted_text(raw: bytes) -> str | None:
    """The bytes as UTF-8; None when they are not (a134, and a137: gzip is not unpacked)."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def is_blank(text: str) -> bool:
    """Rails' `blank?`: nothing but white space, wide and no-break spaces included."""
    return not text.strip()


async def _uploaded(request: Request, mode: Mode) -> Upload | None:
    async with request.form() as form:
        field = form.get("attachment")
        if field is None:
            return None
        if not isinstance(field, UploadFile):
            # a text counts as a signed blob id, and is none (a123)
            raise RefusedBody(error_answer(mode, 500))
        content_type = field.content_type or "application/octet-stream"
        name = stored_name(field.filename or "", field.headers.get("content-disposition", ""))
        return Upload(name, content_type, await field.read())


def _refuse_bad_parameters(media_type: str, raw: bytes, mode: Mode) -> None:
    if media_type == "application/x-www-form-urlencoded":
        if _BAD_ESCAPE.search(raw):
            raise RefusedBody(bad_parameters())
        if b"attachment" in raw and "attachment" in parse_qs(raw.decode(errors="replace")):
            raise RefusedBody(error_answer(mode, 500))
    if media_type == "application/json" and raw.strip():
        try:
            value = json.loads(raw)
        except ValueError:
            raise RefusedBody(bad_parameters()) from None
        if isinstance(value, dict) and "attachment" in value:
            raise RefusedBody(error_answer(mode, 500))

"""What becomes of a webhook's answer, by the rules of Rails' `app/models/webhook.rb`. Pure."""

import re
from dataclasses import dataclass

from sandbox.campfire.chat.jobs import JobFailed
from sandbox.campfire.stored.messages import Upload
from sandbox.campfire.webhooks.mime_symbols import attachment_name

TEXT_TYPES = frozenset({"text/plain", "text/html"})
_MIME_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+\Z|\*/\*\Z")


@dataclass(frozen=True, slots=True)
class TextReply:
    """The answer is posted as the bot's message; an empty one too (`""` is true in Ruby, r06)."""

    html: str


@dataclass(frozen=True, slots=True)
class FileReply:
    """The answer is posted as a file; one of 0 bytes too (r21)."""

    upload: Upload


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is posted: the clean "I will answer later"."""


Reply = TextReply | FileReply | Silence


def reply_of(status: int, content_type: str | None, body: bytes) -> Reply:
    """Read an answer; `content_type` is the header as it came, None when there was none.

    The bytes of a text are UTF-8 whatever the charset says. Raises `JobFailed`, and then nothing
    is posted, for text that is not UTF-8 (r49), for a type that is none (r46, r47), and for a
    type on a 204, which has no body (r35, r36).
    """
    if content_type is None:
        return Silence()
    media_type = content_type.partition(";")[0].strip()
    if status == 200 and media_type in TEXT_TYPES:
        return TextReply(_text(body))
    if not _MIME_TYPE.match(media_type):
        told = f'"{media_type}"' if media_type else "nil"
        raise JobFailed("Mime::Type::InvalidMimeType", f"{told} is not a valid MIME type")
    if status in (204, 304):
        raise JobFailed("TypeError", "no implicit conversion of nil into String")
    # The name goes by the type as written, which only matches in lower case (r45).
    return FileReply(Upload(attachment_name(media_type), media_type.lower(), body))


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise JobFailed("Encoding::CompatibilityError", "invalid byte sequence in UTF-8") from error

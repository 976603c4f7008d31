"""What becomes of a webhook's answer, by the rules of Rails' `app/models/webhook.rb`. Pure."""

from dataclasses import dataclass

from sandbox.campfire.messages import Upload
from sandbox.campfire.mime_symbols import attachment_name

TEXT_TYPES = frozenset({"text/plain", "text/html"})


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

    The bytes of a text are UTF-8 whatever the charset says.
    """
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if not media_type:
        return Silence()
    if status == 200 and media_type in TEXT_TYPES:
        return TextReply(body.decode(errors="replace"))
    return FileReply(Upload(attachment_name(media_type), media_type, body))

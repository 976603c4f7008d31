"""What a message says, as the agent is told it: its words, or the file that it is. Pure."""

import mimetypes
from dataclasses import dataclass
from datetime import timedelta

from consumer.campfire.messages import Message
from consumer.reading import LONGEST_HTML, Known, as_written
from shared.inbound import InboundMessage
from shared.numbers import whole_number

_ODD_KINDS = {"md": "text/markdown", "heic": "image/heic", "webp": "image/webp"}


FILE_WITHIN = timedelta(seconds=60)
"""A file belongs to its author's words before it for so long: the composer sends them apart."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one message says: its text, or, where `file` says a kind, a file of that name."""

    text: str
    file: str | None = None
    number: int = 0
    """Campfire's of the message that is the file; 0 where it has none."""


def content_of(message: InboundMessage | Message, known: Known) -> Content:
    """What was said to the bot or, by the index, in the room."""
    if message.is_file:
        return Content(message.text.strip(), _kind(message.text), _number(message))
    if not message.html or len(message.html) > LONGEST_HTML:
        return Content(message.text.strip())
    return Content(as_written(message.html, known))


def _number(message: InboundMessage | Message) -> int:
    if isinstance(message, Message):
        return message.id
    return whole_number(message.message_id) or 0


def _kind(name: str) -> str:
    """The kind of a file by its name; all that a bot is told of it."""
    ending = name.strip().rpartition(".")[2].lower()
    return mimetypes.guess_type(f"x.{ending}")[0] or _ODD_KINDS.get(ending, "unknown kind")

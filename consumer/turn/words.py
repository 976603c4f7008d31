"""What a message says, as the agent is told it: its words, or the file that it is. Pure."""

import mimetypes
from dataclasses import dataclass

from consumer.campfire.messages import Message
from consumer.reading import Known, as_written
from shared.inbound import InboundMessage

LONGEST_HTML = 100_000
"""Characters; of a longer body the plain text is told: the loop stands still while one is read."""
_ODD_KINDS = {"md": "text/markdown", "heic": "image/heic", "webp": "image/webp"}


@dataclass(frozen=True, slots=True)
class Words:
    """One message's; `file` is the kind of the file whose name the text is."""

    text: str
    file: str | None = None


def words_of(message: InboundMessage, known: Known) -> Words:
    """What was said to the bot."""
    if message.is_file:
        return Words(message.text.strip(), _kind(message.text))
    return Words(_written(message.html or "", message.text, known))


def words_in_room(message: Message, known: Known) -> Words:
    """What was said in the room, by the index."""
    if message.is_file:
        return Words(message.text.strip(), _kind(message.text))
    return Words(_written(message.html, message.text, known))


def _written(html: str, plain: str, known: Known) -> str:
    if not html or len(html) > LONGEST_HTML:
        return plain.strip()
    return as_written(html, known)


def _kind(name: str) -> str:
    """The kind of a file by its name; all that a bot is told of it."""
    ending = name.strip().rpartition(".")[2].lower()
    return mimetypes.guess_type(f"x.{ending}")[0] or _ODD_KINDS.get(ending, "unknown kind")

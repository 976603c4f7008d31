"""A quote of what was asked, in the form that Campfire's own reply button gives it (w61). Pure."""

from dataclasses import dataclass

from consumer.names import shown_name
from consumer.rendering.pieces import Close, Open, Piece, Text
from shared.catalogue import Catalogue
from shared.inbound import InboundMessage
from shared.numbers import whole_number

LONGEST = 140
"""Characters: a glance at what is answered, not the message once more."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words."""

    words: str
    author: str
    room_id: int
    message_id: int | None
    """None for what is no message of Campfire's."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The quote, and below it whose it is, with a link to it.

        All of it is text: a mention within a quote would call whom it names (w46). The link is the
        room's own path, since what we call Campfire by may be an address that nobody else has.
        """
        cite: tuple[Piece, ...] = (Text(self.author),)
        if self.message_id is not None:
            path = f"/rooms/{self.room_id}/@{self.message_id}"
            link = (Open("a", (("href", path),)), Text("#"), Close("a"))
            cite = (Text(f"{self.author} "), *link)
        words = (Open("blockquote"), Text(self.words), Close("blockquote"))
        return (*words, Open("cite"), *cite, Close("cite"))


def quote_of(message: InboundMessage, bot_name: str, sentences: Catalogue) -> Quote:
    """What a message says, shortly; of one that only calls the bot, that."""
    return Quote(
        words=_short(" ".join(message.text.split())) or f"@{bot_name}",
        author=shown_name(message.user_name) or sentences.say("somebody"),
        room_id=message.room_id,
        message_id=whole_number(message.message_id),
    )


def _short(text: str) -> str:
    """Its beginning, cut between words where it has any."""
    if len(text) <= LONGEST:
        return text
    beginning = text[:LONGEST]
    return (beginning.rpartition(" ")[0] or beginning) + "…"

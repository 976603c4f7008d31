"""Joins the pieces of text that the model sends into passages: what it said between two tools.

A model that reaches its limit of output is told by the CLI (2.1.330) to go on where it stopped,
in a new message; so is one whose stream broke. Such pieces belong together to the letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from consumer.agent.agent_client import MessageEnded, Said

CUT = frozenset({"max_tokens", "model_context_window_exceeded"})
"""Why a message ends that was not at its end (stop reasons of the Messages API)."""
STOPPED = "refusal"
"""A classifier stopped it; the CLI lets the model try once more, without what it had said."""
REPEATED = 20
"""Characters that a piece begins with in common with the one before, if that is said again."""


@dataclass(slots=True)
class Piece:
    """What one message said between two tools."""

    message: str
    text: str = ""
    stop: str | None = None
    """Its stop reason; None while it is being said, and for good where its stream broke."""

    @property
    def goes_on(self) -> bool:
        """Whether the next piece continues it."""
        return self.stop is None or self.stop in CUT


@dataclass(slots=True)
class Spoken:
    """Takes in what is said."""

    _passages: list[list[Piece]] = field(default_factory=lambda: [[]])

    @property
    def passages(self) -> tuple[str, ...]:
        """What was said between the tools, in order; the last one after all of them."""
        return tuple(_joined(pieces) for pieces in self._passages)

    @property
    def is_cut(self) -> bool:
        """Whether the last message was cut off by a limit, and nothing came after it."""
        last = self._passages[-1]
        return bool(last) and last[-1].stop in CUT

    def take(self, said: Said) -> None:
        """The next words of a message, or of the next one."""
        passage = self._passages[-1]
        if not passage or passage[-1].message != said.message_id:
            passage.append(Piece(said.message_id))
        passage[-1].text += said.text

    def tool_called(self) -> None:
        """A passage ends; the message may go on."""
        self._passages.append([])

    def ended(self, message: MessageEnded) -> None:
        """The message is over."""
        passage = self._passages[-1]
        if passage:
            passage[-1].stop = message.reason
            if message.reason == STOPPED:
                passage[-1].text = ""


def _joined(pieces: Sequence[Piece]) -> str:
    text, before = "", Piece("")
    for piece in pieces:
        if not before.goes_on:
            text += "\n\n" if text and piece.text else ""
        elif len(before.text) >= REPEATED and piece.text.startswith(before.text):
            text = text.removesuffix(before.text)  # told to go on, it began that piece again
        text += piece.text
        before = piece
    return text

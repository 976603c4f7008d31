"""`notes`, `forget 2`, `forget all`: what people see of a lane's notes, and how they end them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from html import escape

from consumer.names import name_html
from consumer.notes.notes import Note, Notes
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from shared.bots import Bot
from shared.catalogue import Catalogue
from shared.control_words import names_of
from shared.redis.outages import despite_outages

POST_BYTES = 3_000
"""Of the notes in one post: with markup and the line above them it still makes a push notice."""


class Notebook:
    """Lists notes and takes them away; raises Fenced."""

    def __init__(
        self, notes: Notes, lanes: Lanes, sentences: Catalogue, now: Callable[[], datetime]
    ) -> None:
        self._notes, self._lanes = notes, lanes
        self._sentences, self._now = sentences, now

    async def listed(self, claim: Claim) -> tuple[str, ...]:
        """The posts that show the lane's notes."""
        notes = await self._of(claim)
        if not notes:
            return (self._sentences.say("control.notes.none"),)
        items = [(self._size(note), self._item(note)) for note in notes]
        first, *more = (f"<ul>{''.join(part)}</ul>" for part in _parts(items))
        return (f"<div>{self._sentences.say('control.notes.listed')}</div>{first}", *more)

    async def forget(self, claim: Claim, *, own_only: bool) -> str | None:
        """Take the note away that the word names, or all.

        With `own_only` none but those of whoever types it: None where what is meant is others'.
        """
        every, number = claim.message.control == "forget all", claim.message.control_number
        if number is None and not every:
            return self._sentences.say("control.notes.which")
        which = None if every else number
        gone, others = await self._lanes.ledger.forget_notes(claim, which, own_only=own_only)
        if others and not gone:
            return None
        if every:
            known = "emptied_own" if others else "emptied" if gone else "none"
            return self._sentences.say(f"control.notes.{known}", count=gone, others=others)
        known = "forgotten" if gone else "unknown"
        return self._sentences.say(f"control.notes.{known}", number=number)

    async def stay(self, claim: Claim, bot: Bot) -> str:
        """What is said of them where a conversation ends; nothing where there are none."""
        names = names_of("notes", bot.word_names, self._sentences)
        if not names or not await self._of(claim):
            return ""
        return self._sentences.say("control.notes_stay", notes=_text(names[0]))

    async def _of(self, claim: Claim) -> list[Note]:
        return await despite_outages("notes", self._notes.of, claim.message.lane)

    def _item(self, note: Note) -> str:
        person, date = name_html(note.by, self._sentences), note.day(self._now().tzinfo)
        by = self._sentences.say("control.notes.by", person=person, date=date)
        return f"<li><strong>{note.number}</strong> {_text(note.text)} <em>{by}</em></li>"

    @staticmethod
    def _size(note: Note) -> int:
        return len(f"{note.text}{note.by}".encode()) + 40


def _parts(items: Sequence[tuple[int, str]]) -> Iterator[list[str]]:
    """The items, no more in each part than fit into a post."""
    part: list[str] = []
    size = 0
    for length, item in items:
        if part and size + length > POST_BYTES:
            yield part
            part, size = [], 0
        part.append(item)
        size += length
    yield part


def _text(words: str) -> str:
    return escape(words, quote=False)

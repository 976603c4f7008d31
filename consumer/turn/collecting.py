"""Several messages in a row from one person become one turn, where `BUSY=collect` says so."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Self

from consumer.briefing.content import FILE_WITHIN
from consumer.local_time import zone_in_words
from consumer.queue.claim import Claim
from consumer.queue.lines import Lines
from consumer.queue.ticket import Ticket, asked_before
from shared.bots import Bot, Busy
from shared.inbound import InboundMessage
from shared.lane import Line

MOST_MESSAGES, MOST_BYTES = 20, 32 * 1024
"""Of one turn, the first message included: what comes after is a turn of its own."""
_FILE_WITHIN_MS = FILE_WITHIN // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Collected:
    """The messages of one turn."""

    claim: Claim
    """Of the first; its message holds the words of all of them, in order."""
    job_ids: tuple[str, ...] = ()
    """Of the others, which end with it."""

    @classmethod
    def of(cls, claim: Claim, further: Sequence[tuple[str, InboundMessage]], zone: tzinfo) -> Self:
        """One turn of a claimed message and of those that `belonging` gave."""
        if not further:
            return cls(claim)
        messages = [claim.message, *(message for _, message in further)]
        text = "\n\n".join(message.text for message in messages)
        said = tuple((_time(message, zone), message) for message in messages)
        # The last one's id: the briefing tells what others said between them, and next time
        # begins behind all of them.
        last = messages[-1].message_id
        whole = claim.message.model_copy(update={"text": text, "html": None, "message_id": last})
        ids = tuple(message.message_id for message in messages)
        turn = replace(claim, message=whole, collected=ids, said=said)
        return cls(turn, tuple(job_id for job_id, _ in further))


class Collecting:
    """Looks behind a message whose turn comes."""

    def __init__(
        self,
        lines: Lines,
        bots: Mapping[str, Bot],
        busy: Busy,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """`busy` is what the service does where a bot's file does not say."""
        self._lines = lines
        self._bots = bots
        self._busy = busy
        self._now = now

    async def turn_of(self, claim: Claim) -> Collected:
        """The message, and those that belong to its turn; outlives an outage of Redis."""
        busy = self._bots[claim.message.bot_id].busy or self._busy
        if claim.message.control is not None or claim.is_last:
            return Collected(claim)
        waiting = await self._lines.following(claim, MOST_MESSAGES - 1)
        belong = files_of if busy == "queue" else belonging
        further = list(belong(claim.message, waiting))
        if further:
            further = await self._before_any_word(claim, further)
        now = self._now()
        return Collected.of(claim, further, now.tzinfo or now.astimezone().tzinfo)  # type: ignore[arg-type]

    async def _before_any_word(
        self, claim: Claim, further: Sequence[tuple[str, InboundMessage]]
    ) -> list[tuple[str, InboundMessage]]:
        """What was asked after a control word is no part of a turn that the word may end."""
        words = await self._lines.tickets(Line(claim.message.lane, control=True))
        return [
            (job_id, message)
            for job_id, message in further
            if not words or asked_before(Ticket.waiting(job_id, message), words[0])
        ]


def belonging(
    first: InboundMessage, waiting: Sequence[tuple[str, InboundMessage]]
) -> Iterator[tuple[str, InboundMessage]]:
    """The messages directly behind this one, of the same person, that belong to its turn. Pure."""
    size, most = _size(first), MOST_MESSAGES - 1
    for job_id, message in waiting[:most]:
        size += _size(message)
        if size > MOST_BYTES or not _of_one_person(first, message):
            return
        yield job_id, message


def files_of(
    first: InboundMessage, waiting: Sequence[tuple[str, InboundMessage]]
) -> Iterator[tuple[str, InboundMessage]]:
    """The files that came with a message's words, whatever BUSY says. Pure.

    Campfire's composer sends words and files as messages of their own, the words first.
    """
    if first.is_file:
        return
    for job_id, message in belonging(first, waiting):
        if not message.is_file or message.accepted_ms - first.accepted_ms > _FILE_WITHIN_MS:
            return
        yield job_id, message


def _of_one_person(first: InboundMessage, message: InboundMessage) -> bool:
    said = first.user_id is not None and first.origin == message.origin == "chat"
    return said and (first.user_id, first.from_bot) == (message.user_id, message.from_bot)


def _size(message: InboundMessage) -> int:
    return len(message.text.encode())


def _time(message: InboundMessage, zone: tzinfo) -> str:
    at = datetime.fromtimestamp(message.accepted_ms / 1000, zone)
    return f"{at:%H:%M:%S} ({zone_in_words(at)})"

"""What a reply is posted as: its texts, then its files, then a word on files that are left out."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from consumer.campfire.errors import BadPost
from consumer.campfire.room import Room
from consumer.outbox.files import File, LeftOut
from consumer.outbox.outbox import Bounds
from consumer.outbox.outgoing import FileLost, Outgoing
from consumer.outcome.outcome import Reply
from shared.catalogue import Catalogue

LOST, REFUSED = "lost", "refused"
"""In the ledger, in the place of Campfire's id: the file is not in the room, and never will be."""


class NotPostable(Exception):
    """This post will never be in the room; `mark` stands for it in the ledger."""

    def __init__(self, mark: str) -> None:
        super().__init__(mark)
        self.mark = mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """How often and how a post was tried before."""

    blind: bool = False
    """A copy may be in the room, and nobody can look: say so."""
    failed: bool = False
    """Campfire itself failed over it the last time."""


class Post(Protocol):
    """One message of a reply."""

    @property
    def expendable(self) -> bool:
        """Whether the reply goes on without it where Campfire fails over it again and again."""
        ...

    async def send(self, room: Room, attempt: Try) -> str:
        """Campfire's id of it; raises NotPostable or CampfireError."""
        ...

    async def find(self, room: Room, after: int) -> str | None:
        """The id of it where it is newer than message `after`; raises NoIndex or CampfireError."""
        ...


@dataclass(frozen=True, slots=True)
class TextPost:
    """A part of the text, as HTML."""

    html: str
    sentences: Catalogue
    expendable: bool = False

    async def send(self, room: Room, attempt: Try) -> str:
        """See Post."""
        label = self.sentences.say("repeat") + "<br>" if attempt.blind else ""
        return await room.post(label + self.html)

    async def find(self, room: Room, after: int) -> str | None:
        """See Post."""
        return await room.find_own(self.html, after)


@dataclass(frozen=True, slots=True)
class FilePost:
    """A file, whose bytes are kept."""

    file: File
    outgoing: Outgoing
    sentences: Catalogue
    expendable: bool = True

    async def send(self, room: Room, attempt: Try) -> str:
        """See Post."""
        try:
            content = await asyncio.to_thread(self.outgoing.read, self.file)
        except FileLost as error:
            raise NotPostable(LOST) from error
        name = self.file.name
        if attempt.blind:  # a file has no caption
            label = escape(self.sentences.say("files.repeat", names=name), quote=False)
            await room.post(label)
        try:
            return await room.post_file(name, content, plain=attempt.failed)
        except BadPost as error:  # larger than a proxy lets through, say
            raise NotPostable(REFUSED) from error

    async def find(self, room: Room, after: int) -> str | None:
        """See Post."""
        return await room.find_own_file(self.file.name, after)


def posts_of(reply: Reply, outgoing: Outgoing, sentences: Catalogue) -> list[Post]:
    """The posts of a reply, in order, but for the last word."""
    texts = [TextPost(part, sentences) for part in reply.parts]
    return [*texts, *(FilePost(file, outgoing, sentences) for file in reply.files)]


def last_word(
    reply: Reply, posted: Sequence[str], bounds: Bounds, sentences: Catalogue
) -> TextPost | None:
    """What the room is told of files that are not in it; None when all are. Pure."""
    marks = posted[len(reply.parts) : len(reply.parts) + len(reply.files)]
    gone: dict[str, list[str]] = {}
    for file, mark in zip(reply.files, marks, strict=True):
        if mark in (LOST, REFUSED):
            gone.setdefault(mark, []).append(file.name)
    left: dict[str, str] = {e.why: _listed(e, sentences) for e in reply.left_out}
    left |= {mark: sentences.listed(names) for mark, names in gone.items()}
    told = [escape(sentence, quote=False) for sentence in _said(left, bounds, sentences)]
    return TextPost("<br>".join(told), sentences) if told else None


def _said(left: Mapping[str, str], bounds: Bounds, sentences: Catalogue) -> Iterator[str]:
    values = {
        "count": bounds.files,
        "size": f"{bounds.size / 1e6:g}",
        "total": f"{bounds.total / 1e6:g}",
    }
    for why, names in left.items():
        yield sentences.say(f"files.{why}", names=names, **values)


def _listed(entry: LeftOut, sentences: Catalogue) -> str:
    more = entry.count - len(entry.names)
    names = list(entry.names)
    return sentences.listed([*names, sentences.say("files.more", count=more)] if more else names)

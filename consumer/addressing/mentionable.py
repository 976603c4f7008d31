"""Who may be mentioned in one answer, and how: signed, or by a name that stays text.

Only what Campfire signed is posted as a mention. Somebody's name that the mention book (consumer.
mentions) does not know is text; the asker's is then made a mention by an edit, from which the book
learns (docs/campfire.md, "Mentions").
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from consumer.addressing.people import is_bot, people_of
from consumer.campfire.bodies.sgids import unsigned
from consumer.campfire.messages import Message
from consumer.mentions.book import MentionBook
from consumer.mentions.people import People
from consumer.outcome.outcome import Edit
from consumer.posting.long_answers import POST_BYTES, Shown
from consumer.rendering import render
from consumer.rendering.pieces import Mention, Piece, html
from shared.inbound import InboundMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentionable:
    """What is known when an answer is written."""

    people: People
    """Signed ids by name; "" for whom none is known, so that their name is not taken for a shorter
    one's that it begins with."""
    asker: str
    """The asker's name, on one line; "" where there is none."""
    unsigned: str = ""
    """With what an edit draws the asker, where that is worth it: so the signed id is learnt."""
    asker_is_bot: bool = False

    @property
    def can_call_asker(self) -> bool:
        """Whether `addressed` tells the asker: a signed id of theirs is known.

        Where not, and for a bot (a mention would call it, whoever waits), it is their name alone;
        `will_draw_asker` says whether that will at least look like a mention.
        """
        return bool(self._asker_sgid)

    @property
    def will_draw_asker(self) -> bool:
        """Whether their name, posted as text, is made a mention by an edit that tells nobody."""
        return bool(self.unsigned)

    def addressed(self, text: str) -> tuple[Piece, ...]:
        """The asker's mention, signed where it is known and else their name: for `opening`.

        Nothing where the asker has no name, or where the text itself begins with it.
        """
        named_first = People({self.asker: ""}, self.people).named_first(text.lstrip())
        begun = named_first.lower() == self.asker.lower()
        return (Mention(self.asker, self._asker_sgid),) if self.asker and not begun else ()

    @property
    def _asker_sgid(self) -> str:
        return "" if self.asker_is_bot else self.people.sgid(self.asker) or ""


@dataclass(frozen=True, slots=True)
class Written:
    """An answer's posts as HTML."""

    parts: tuple[str, ...]
    drawn: tuple[str, ...] = ()
    """The same with the asker's unsigned mention in the place of their name."""


def mentionable(
    asked: InboundMessage, recent: Sequence[Message], book: MentionBook, *, can_edit: bool
) -> Mentionable:
    """Who may be mentioned in the answer to a message. Pure.

    `recent`: messages of its room; a name is first its people's, then anybody's whom the book
    knows. `can_edit`: whether Campfire lets bots change a post.
    """
    here = {
        name: "" if user_id is None else book.sgid(user_id)
        for name, user_id in people_of(asked, recent).items()
    }
    people = People(here, book.people)
    asker, by_bot = " ".join(asked.user_name.split()), _asked_by_bot(asked, recent)
    plain = Mentionable(people=people, asker=asker, asker_is_bot=by_bot)
    if asked.user_id is None or not asker or people.sgid(asker):
        return plain
    # In a ping they are told of every post (a100), and a bot would be called by the next one.
    worth_it = can_edit and asked.room_name is not None and not by_bot
    return replace(plain, unsigned=unsigned(asked.user_id) if worth_it else "")


def written(
    text: str,
    who: Mentionable,
    *,
    quote: Sequence[Piece] = (),
    opening: Sequence[Piece] = (),
    files: Collection[str] = (),
) -> Written:
    """An answer's text as posts, `quote` and `opening` before it. Blocking, see `render`."""
    parts = render(text, who.people, quote=quote, opening=opening, files=files, limit=POST_BYTES)
    name = html([Mention(who.asker)]).lower()
    if not who.unsigned or not any(name in part.lower() for part in parts):
        return Written(parts)
    people = People({who.asker: who.unsigned}, who.people)
    drawn_opening = [_drawn(piece, who) for piece in opening]
    drawn = render(text, people, quote=quote, opening=drawn_opening, files=files, limit=POST_BYTES)
    return Written(parts, drawn if drawn != parts else ())


def edit_of(posts: Written, in_room: Shown) -> Edit | None:
    """The edit that draws the asker, where their name is text in what the room gets. Pure.

    One: the next answer mentions them at once.
    """
    for part, (plain, drawn) in enumerate(zip(posts.parts, posts.drawn, strict=False)):
        if plain != drawn and part < len(in_room.parts):
            return Edit(part, drawn + in_room.below)
    return None


def _drawn(piece: Piece, who: Mentionable) -> Piece:
    return replace(piece, sgid=who.unsigned) if piece == Mention(who.asker) else piece


def _asked_by_bot(asked: InboundMessage, recent: Sequence[Message]) -> bool:
    return asked.from_bot or (asked.user_id is not None and is_bot(asked.user_id, recent))

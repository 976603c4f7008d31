"""What the mention book believes, of whom, and what makes it change its mind."""

from datetime import UTC, datetime

import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from consumer.campfire.bodies.sgids import unsigned
from consumer.campfire.messages import Message
from consumer.mentions import book as book_module
from consumer.mentions.book import MentionBook
from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.bodies.presentation import rendered_body
from sandbox.campfire.rails.signed_ids import sgid_of
from shared.keys import Keys
from tests.deliveries import inbound

NAMES = {1: "Ada Admin", 5: "Bob", 6: "bob", 7: "Zoë"}
FORGED = f"{sgid_of(5).partition('--')[0]}--{'0' * 40}"


@pytest.fixture
def book() -> MentionBook:
    return MentionBook(Redis(), Keys("unit"))


def shown(body: str) -> list[Message]:
    """A message as Campfire's index shows it."""
    html = rendered_body(body, NAMES.get)
    return [Message(1, datetime(2026, 11, 28, tzinfo=UTC), "", html, None, 2)]


def written(book: MentionBook, html: str) -> None:
    """A webhook with this body came."""
    book.told(inbound(1).model_copy(update={"html": html}))


def by(sgid: str, name: str = "Bob") -> str:
    return mention_html(5, name).replace(sgid_of(5), sgid)


def test_the_index_shows_whom_a_bot_named_unsigned(book: MentionBook) -> None:
    """That is how an edit of ours teaches us."""
    book.read(shown(by(unsigned(5))))
    assert (book.sgid(5), book.ids()) == (sgid_of(5), {"bob": 5})


def test_nobody_is_known_at_first(book: MentionBook) -> None:
    """An unknown id is no id."""
    assert (book.sgid(5), book.ids()) == ("", {})


def test_campfire_s_word_is_not_overruled_by_an_editor_s(book: MentionBook) -> None:
    """Nor is a name: somebody may post any id under any name."""
    book.read(shown(mention_html(5, "Bob")))
    written(book, by(FORGED, "Zoë"))
    assert (book.sgid(5), book.ids()) == (sgid_of(5), {"bob": 5})
    written(book, mention_html(7, "Bob"))
    assert book.ids() == {"bob": 5}


def test_an_editor_s_word_holds_until_campfire_s(book: MentionBook) -> None:
    """On v1.4.9 there is nothing else, and of two the newer is the better."""
    written(book, by(FORGED))
    assert book.sgid(5) == FORGED
    written(book, mention_html(5, "Bob"))
    assert book.sgid(5) == sgid_of(5)
    written(book, by(FORGED))
    book.read(shown(by(FORGED)))
    assert book.sgid(5) == sgid_of(5)


def test_two_of_a_name_are_nobody(book: MentionBook) -> None:
    """Nobody could tell who is meant."""
    book.read(shown(mention_html(5, "Bob") + mention_html(6, "bob") + mention_html(7, "Zoë")))
    assert book.ids() == {"zoë": 7}


def test_a_new_name_is_taken_from_a_webhook_of_its_own(book: MentionBook) -> None:
    """The id stays the same (a99b)."""
    book.read(shown(mention_html(1, "Ada Admin")))
    book.told(inbound(1).model_copy(update={"user_name": "Ada Lovelace"}))
    assert (book.sgid(1), book.ids()) == (sgid_of(1), {"ada lovelace": 1})


def test_who_is_gone_is_dropped(book: MentionBook) -> None:
    """Campfire draws ☒ for an id of ours whose user is no more."""
    written(book, mention_html(9, "Gone"))
    assert book.sgid(9) == sgid_of(9)
    book.read(shown(mention_html(9, "Gone")))
    assert book.sgid(9) == ""


def test_one_message_cannot_fill_the_book(
    book: MentionBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few are taken from one, few in all; whom Campfire draws exists, and is taken in any case."""
    monkeypatch.setattr(book_module, "MOST_PEOPLE", 30)
    for start in (100, 200):
        written(book, "".join(mention_html(start + n, f"Nobody {start + n}") for n in range(50)))
    assert len(book.ids()) == 30
    book.read(shown(mention_html(5, "Bob")))
    assert book.sgid(5) == sgid_of(5)


async def test_what_another_consumer_learnt_is_known_after_a_look() -> None:
    """Two learn into one hash; what is learnt here and not written yet is not forgotten by it."""
    redis, keys = FakeAsyncRedis(), Keys("unit")
    ours, theirs = MentionBook(redis, keys, shared=True), MentionBook(redis, keys, shared=True)
    await ours.load()
    theirs.read(shown(by(unsigned(5))))
    await theirs._save()
    written(ours, by(sgid_of(7), "Zoë").replace("Bob", "Zoë"))
    assert ours.sgid(5) == ""
    await ours._look()
    assert (ours.sgid(5), bool(ours.names().get(7))) == (sgid_of(5), True)

"""How an answer mentions: signed where the id is known, and otherwise by a name that is text."""

import pytest
from redis.asyncio import Redis

from consumer.addressing.mentionable import Mentionable, edit_of, mentionable, written
from consumer.campfire.bodies.sgids import unsigned
from consumer.campfire.messages import Creator, Message
from consumer.mentions.book import MentionBook
from consumer.mentions.people import _checked
from consumer.outcome.outcome import Edit
from consumer.posting.long_answers import Shown
from consumer.rendering.pieces import Mention
from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.rails.signed_ids import sgid_of
from shared.inbound import InboundMessage
from shared.keys import Keys
from tests.deliveries import inbound
from tests.unit.briefing.test_talk import said

ADA = inbound(1)
PING = inbound(1).model_copy(update={"room_name": None})
RECENT = [said(1, "x", Creator(5, "Eva", "member"))]


def tag(sgid: str) -> str:
    return (
        f'<action-text-attachment sgid="{sgid}" content-type="application/vnd.campfire.mention">'
        "</action-text-attachment>"
    )


@pytest.fixture
def book() -> MentionBook:
    return MentionBook(Redis(), Keys("unit"))


def learnt(book: MentionBook, user_id: int, name: str) -> None:
    book.told(ADA.model_copy(update={"html": mention_html(user_id, name)}))


def of(
    book: MentionBook,
    asked: InboundMessage = ADA,
    recent: list[Message] = RECENT,
    *,
    can_edit: bool = True,
) -> Mentionable:
    return mentionable(asked, recent, book, can_edit=can_edit)


def test_a_known_asker_is_called_at_once(book: MentionBook) -> None:
    """By the signed id, in a paragraph before the answer; there is nothing to edit."""
    learnt(book, 1, "Ada Admin")
    who = of(book)
    posts = written("hello", who, opening=who.addressed("hello"))
    assert who.can_call_asker
    assert posts.parts == (f"<div>{tag(sgid_of(1))}</div><div><br></div><div>hello</div>",)
    assert posts.drawn == ()


def test_an_unknown_asker_is_named_and_then_drawn(book: MentionBook) -> None:
    """The post has the name as text; the edit has the same with an unsigned mention."""
    who = of(book)
    posts = written("hello", who, opening=who.addressed("hello"))
    assert (who.can_call_asker, who.will_draw_asker) == (False, True)
    assert posts.parts == ("<div>@Ada Admin</div><div><br></div><div>hello</div>",)
    drawn = f"<div>{tag(unsigned(1))}</div><div><br></div><div>hello</div>"
    assert edit_of(posts, Shown(parts=posts.parts)) == Edit(0, drawn)


@pytest.mark.parametrize(
    ("asked", "can_edit"),
    [(ADA, False), (PING, True), (ADA.model_copy(update={"from_bot": True}), True)],
    ids=["v1.4.9", "ping", "bot"],
)
def test_where_an_edit_is_no_use_the_name_stays_text(
    book: MentionBook, asked: InboundMessage, can_edit: bool
) -> None:
    """There are no edits on v1.4.9, in a ping all are told anyway, and a bot would be called."""
    who = of(book, asked, can_edit=can_edit)
    posts = written("@Ada Admin: hello", who)
    assert not who.will_draw_asker
    assert (posts.parts, posts.drawn) == (("<div>@Ada Admin: hello</div>",), ())


def test_a_bot_that_asked_is_not_called_by_our_own_naming_it(book: MentionBook) -> None:
    """Its name begins the answer as text; only the agent itself may call it."""
    learnt(book, 6, "Bo")
    bo = ADA.model_copy(update={"user_id": 6, "user_name": "Bo"})
    for asked, recent in (
        (bo.model_copy(update={"from_bot": True}), RECENT),
        (bo, [said(1, "x", Creator(6, "Bo", "bot"))]),
    ):
        who = of(book, asked, recent)
        posts = written("and @Bo?", who, opening=who.addressed("and @Bo?"))
        assert not who.can_call_asker
        expected = f"<div>@Bo</div><div><br></div><div>and {tag(sgid_of(6))}?</div>"
        assert posts.parts == (expected,)


def test_others_are_mentioned_signed_or_not_at_all(book: MentionBook) -> None:
    """Whoever is known, wherever they last spoke; whose id nobody signed is text, never edited."""
    learnt(book, 9, "Zoe")
    posts = written("ask @Zoe or @Eva", of(book))
    assert posts.parts == (f"<div>ask {tag(sgid_of(9))} or @Eva</div>",)
    assert posts.drawn == ()


def test_a_name_of_the_room_is_nobodys_elsewhere(book: MentionBook) -> None:
    """It is its room's person's, signed or not; nobody's where two of the room have it; and where
    nobody of the room has it, and two elsewhere have, it is neither's."""
    for user_id, name in ((9, "Eva"), (10, "Bo"), (11, "Zoe"), (12, "Zoe"), (13, "Kim")):
        learnt(book, user_id, name)
    authors = Creator(5, "Eva", "member"), Creator(6, "Bo", "member"), Creator(7, "bo", "member")
    who = of(book, recent=[said(n, "x", author) for n, author in enumerate(authors)])
    names = ("eva", "BO", "Zoe", "Kim", "Nobody", "Ada Admin")
    assert [who.people.sgid(name) for name in names] == ["", "", "", sgid_of(13), None, ""]
    learnt(book, 5, "Eva")
    assert of(book, recent=[said(1, "x", authors[0])]).people.sgid("Eva") == sgid_of(5)


def test_a_book_of_thousands_is_looked_through_once(
    book: MentionBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for each answer, during which no other lane gets on; nor all of it when it has learnt."""
    for user_id in range(100, 600):
        learnt(book, user_id, f"Person {user_id}")
    looked: list[str] = []
    _checked.cache_clear()

    def counted(sgid: str) -> int | None:
        looked.append(sgid)
        return 1

    monkeypatch.setattr("consumer.mentions.people.readable_user_id", counted)

    def answer() -> int:
        looked.clear()
        who = of(book)
        (post,) = written("ask @Person 555", who, opening=who.addressed("hello")).parts
        assert tag(sgid_of(555)) in post
        return len(looked)

    assert answer() >= 500
    assert answer() == 0
    people = book.people
    learnt(book, 7, "Kim")
    assert answer() == 1
    assert book.people is not people
    assert book.people is book.people


def test_an_answer_that_begins_with_the_asker_s_name_is_not_addressed_twice(
    book: MentionBook,
) -> None:
    """The agent may have done it itself."""
    who = of(book)
    assert who.addressed("@ada admin, look") == ()
    assert who.addressed("look, @ada admin") != ()


@pytest.mark.parametrize("text", ["@Anna, look", "@Ann Lee, look", "@Ann Leeds, look"])
def test_an_answer_that_begins_with_a_longer_name_is_addressed(
    book: MentionBook, text: str
) -> None:
    """Who is called what another's name begins with is not named by the other's."""
    learnt(book, 8, "Ann Leeds")
    recent = [said(1, "x", Creator(7, "Ann Lee", "member"))]
    who = of(book, ADA.model_copy(update={"user_name": "Ann"}), recent)
    assert who.addressed(text) == (Mention("Ann"),)
    assert who.addressed("@Ann: look") == ()


@pytest.mark.parametrize("named_so", [1, 2])
def test_a_longer_name_that_cannot_be_mentioned_calls_nobody_shorter(
    book: MentionBook, named_so: int
) -> None:
    """@Ann Lee is not Ann, though only Ann's id is known, or though two are called so."""
    learnt(book, 8, "Ann")
    recent = [said(n, "x", Creator(20 + n, "Ann Lee", "member")) for n in range(named_so)]
    assert written("ask @Ann Lee", of(book, ADA, recent)).parts == ("<div>ask @Ann Lee</div>",)


@pytest.mark.parametrize(
    "name", ["Ada *x* `y`", "[z](http://e.example)", "# x", "<b>", "小明 & co"]
)
def test_any_name_is_a_name(book: MentionBook, name: str) -> None:
    """One that is Markdown or HTML neither loses the mention nor swallows the answer."""
    who = of(book, ADA.model_copy(update={"user_name": f"{name}\n"}))
    posts = written("Hello *you*", who, opening=who.addressed("Hello *you*"))
    after = "</div><div><br></div><div>Hello <em>you</em></div>"
    assert posts.drawn == (f"<div>{tag(unsigned(1))}{after}",)
    assert posts.parts[0].endswith(after)


def test_of_many_posts_only_the_first_that_names_the_asker_is_edited(book: MentionBook) -> None:
    """Once: the next answer mentions them at once."""
    text = "\n\n".join(["word " * 600, "@Ada Admin " + "word " * 600, "@Ada Admin"])
    posts = written(text, of(book))
    edit = edit_of(posts, Shown(parts=posts.parts))
    assert edit == Edit(1, posts.drawn[1])
    assert edit_of(posts, Shown(parts=posts.parts[:1])) is None


def test_a_beginning_keeps_its_last_line_when_it_is_edited(book: MentionBook) -> None:
    """Where the rest is a file, the room is told so before and after."""
    posts = written("@Ada Admin", of(book))
    shown = Shown(parts=(f"{posts.parts[0]}<div>more</div>",), below="<div>more</div>")
    assert edit_of(posts, shown) == Edit(0, f"<div>{tag(unsigned(1))}</div><div>more</div>")

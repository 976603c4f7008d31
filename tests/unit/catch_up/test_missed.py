"""What a message of the index would have been as a delivery, and which are none."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from consumer.campfire.messages import Creator, Message
from consumer.catch_up.known_rooms import KnownRoom
from consumer.catch_up.missed import OurBot, addressed
from sandbox.campfire.bodies.mentions import mention_html
from shared.inbound import MAX_BYTES

ROOM = KnownRoom(2, "Support", ("assistant",))
PING = KnownRoom(5, None, ("assistant",))
BOT = OurBot("assistant", 3, "Assistant")
ADA = Creator(1, "Ada Admin", "administrator")
SAID = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOW_MS = round(SAID.timestamp() * 1000) + 60_000


def said(number: int = 1, text: str = "@Assistant hello", **changes: object) -> Message:
    html = f"<p>{mention_html(3, 'Assistant')} hello</p>" if "@Assistant" in text else text
    message = Message(number, SAID, text, html, ADA, 2)
    return replace(message, **changes)  # type: ignore[arg-type]


def test_a_mention_becomes_the_delivery_it_should_have_been() -> None:
    """Who, where, what without the mention, and when it was said."""
    (found,) = addressed([said(7)], ROOM, BOT, NOW_MS)
    assert (found.bot_id, found.room_id, found.room_name) == ("assistant", 2, "Support")
    assert (found.user_id, found.user_name, found.message_id) == (1, "Ada Admin", "7")
    assert (found.text, found.from_bot) == ("hello", False)
    assert found.accepted_ms == round(SAID.timestamp() * 1000)


def test_the_oldest_comes_first() -> None:
    """The index is read from its end; a lane is fed from its beginning."""
    found = addressed([said(9), said(7), said(8)], ROOM, BOT, NOW_MS)
    assert [message.message_id for message in found] == ["7", "8", "9"]


def test_in_a_ping_everything_people_say_is_meant() -> None:
    """No mention is needed, and one is taken out."""
    found = addressed([said(1, "hello"), said(2), said(3, "")], PING, BOT, NOW_MS)
    assert [message.text for message in found] == ["hello", "hello", ""]


@pytest.mark.parametrize(
    "message",
    [
        said(text="nothing for anybody"),
        said(text="@Assistant typed", html="<p>@Assistant typed</p>"),
        said(text="@Second hi", html=mention_html(4, "Second")),
        said(text="@Assistant hi", html=mention_html(4, "Assistant")),
        said(creator=Creator(4, "Second", "bot")),
        said(creator=Creator(3, "Assistant", "member")),
        said(creator=None),
        said(html=mention_html(3, "Assistant") + "x" * MAX_BYTES),
        said(text="@Assistant a\0b"),
        said(text="@Assistant \ud800"),
    ],
)
def test_what_campfire_or_the_ingress_would_not_have_taken_is_not_taken(message: Message) -> None:
    """No mention, a typed name (w04), another's, a bot's, our own, too large, not text."""
    assert addressed([message], ROOM, BOT, NOW_MS) == []


def test_the_bots_name_is_learnt_from_campfire() -> None:
    """Its file may call it otherwise: its posts and its mentions tell what to take out."""
    own = said(1, "answer", creator=Creator(3, "Ann Lee", "bot"))
    asked = said(2, "@Ann Lee hello @Ann Lee", html=mention_html(3, "Ann Lee"))
    found = addressed([own, asked], ROOM, OurBot("assistant", 3, "Ann"), NOW_MS)
    assert [message.text for message in found] == ["hello"]
    (found_without_post,) = addressed([asked], ROOM, OurBot("assistant", 3, "Ann"), NOW_MS)
    assert found_without_post.text == "hello"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@Ann please ask @Anna", "please ask @Anna"),
        ("@Ann ask @Ann Lee", "ask @Ann Lee"),
        ("@Ann请问@Ann Lee", "请问@Ann Lee"),
        ("ask @Anna, @Ann", "ask @Anna,"),
    ],
)
def test_a_longer_name_that_begins_with_the_bots_stays_whole(text: str, told: str) -> None:
    """Campfire's own plain text eats into it (w57)."""
    html = f"{mention_html(7, 'Ann')}{mention_html(8, 'Anna')}{mention_html(9, 'Ann Lee')}"
    found = addressed([said(text=text, html=html)], ROOM, OurBot("ann", 7, "Ann"), NOW_MS)
    assert [message.text for message in found] == [told]


def test_a_mention_shown_by_name_alone_counts() -> None:
    """Where the index gives no id, the name that stands in the mention decides."""
    html = '<p><span class="mention">@Assistant</span> hello</p>'
    assert len(addressed([said(html=html)], ROOM, BOT, NOW_MS)) == 1
    assert addressed([said(html=html.replace("Assistant", "Second"))], ROOM, BOT, NOW_MS) == []


def test_an_order_is_never_caught_up() -> None:
    """A control word was meant for its moment; by the names of the bot's file."""
    bot = OurBot("assistant", 3, "Assistant", {"stop": ("halt",)})
    orders = [said(1, "@Assistant Halt!"), said(2, "@Assistant new"), said(3, "@Assistant stop")]
    found = addressed(orders, ROOM, bot, NOW_MS)
    assert [(message.text, message.control) for message in found] == [("stop", None)]


def test_a_bot_new_to_a_ping_is_meant_only_by_name() -> None:
    """Everything there is for the bots that were spoken to there before."""
    second = OurBot("second", 4, "Second")
    mentioned = said(2, "@Second hi", html=mention_html(4, "Second"))
    found = addressed([said(1, "hello"), mentioned], PING, second, NOW_MS)
    assert [message.message_id for message in found] == ["2"]


def test_a_clock_ahead_of_ours_makes_nothing_younger_than_now() -> None:
    """Campfire's clock may differ: a message of the future was said now."""
    (found,) = addressed([said()], ROOM, BOT, NOW_MS - 3_600_000)
    assert found.accepted_ms == NOW_MS - 3_600_000

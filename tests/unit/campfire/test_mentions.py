"""Mentions are recognised in each form in which a Campfire's index shows them."""

import base64
import json

import pytest

from consumer.campfire.bodies.mentions import Mention, mentions, user_id_of
from consumer.rendering import render
from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.bodies.presentation import rendered_body
from sandbox.campfire.rails.signed_ids import sgid_of
from tests.deliveries import RECORDINGS


@pytest.mark.parametrize(
    ("case", "found"),
    [
        ("a83_mention_signed", {Mention(5, "Bob Baker")}),
        ("a84_mention_unsigned", {Mention(5, "Bob Baker")}),
        ("a86_mention_middle_of_p", {Mention(5, ""), Mention(5, "Bob Baker")}),
        ("a101_post_in_shared_room", set()),
    ],
)
def test_the_recorded_index_shows_whom_a_message_mentions(case: str, found: set[Mention]) -> None:
    """The attachment with the id as posted, and in or after it the person with the signed one."""
    recorded = json.loads((RECORDINGS / f"{case}.json").read_text(encoding="utf-8"))
    assert set(mentions(recorded["as_bot_api_shows_it"][0]["body"]["html"])) == found


@pytest.mark.parametrize(
    ("case", "found"),
    [
        ("w01_mention_open_room", [Mention(3, "Assistant")]),
        ("w02_mention_trix_form", [Mention(3, "Assistant")]),
        ("w03_mention_unsigned_sgid", [Mention(3, "")]),
        ("w04_typed_at_name_only", []),
        ("w05_open_room_no_mention", []),
    ],
)
def test_the_recorded_messages_are_read(case: str, found: list[Mention]) -> None:
    """As a person posted them: Lexxy's and Trix's form, unsigned, typed only, none."""
    recorded = json.loads((RECORDINGS / f"{case}.json").read_text(encoding="utf-8"))
    assert mentions(recorded["messages_now"][0]["stored_html"]) == found


def test_the_rendered_form_of_rails_is_read() -> None:
    """ActionText keeps the attachment and draws the person into it."""
    html = (
        f'<div class="trix-content"><action-text-attachment sgid="{sgid_of(3)}">'
        f'<span class="mention" sgid="{sgid_of(3)}"><img src="/a"> Ann Lee</span>'
        "</action-text-attachment> hi</div>"
    )
    assert set(mentions(html)) == {Mention(3, "Ann Lee")}


def test_a_form_without_id_gives_the_name() -> None:
    """An element of a mention's class without an id has a name; typed names stay text."""
    html = '<span class="mention">@Assistant</span> and @Second Bot'
    assert mentions(html) == [Mention(None, "Assistant")]


def test_the_stand_in_shows_a_mention_as_rails_does() -> None:
    """What the stand-in's index makes of a mention reads as the recorded form does."""
    html = rendered_body(f"{mention_html(3, 'Assistant')} and @Second Bot", {3: "Assistant"}.get)
    assert set(mentions(html)) == {Mention(3, "Assistant")}


def test_what_we_write_ourselves_is_read() -> None:
    """Our own renderer's mention names the user."""
    (written,) = render("ask @Ada", {"Ada": sgid_of(1)})
    assert [mention.user_id for mention in mentions(written)] == [1]


def _signed(number: str) -> str:
    return base64.urlsafe_b64encode(f'"gid://campfire/User/{number}?x"'.encode()).decode() + "--x"


@pytest.mark.parametrize(
    "sgid",
    ["", "x", "--", "é--x", "////", "eyJ4IjoxfQ==--x", "Z2lkOi8vYQ==", _signed("9" * 5000)],
)
def test_what_names_nobody_is_none(sgid: str) -> None:
    """Whatever stands in an attribute, nothing is raised."""
    assert user_id_of(sgid) is None


@pytest.mark.parametrize("html", ["", " ", "<![if x", "<action-text-attachment", "a < b & c", "\0"])
def test_broken_html_mentions_nobody(html: str) -> None:
    """A body is untrusted: it may be anything."""
    assert [mention.user_id for mention in mentions(html) if mention.user_id] == []


def test_what_follows_a_mention_is_no_part_of_its_name() -> None:
    """A body that begins with a mention without a name, as bots write it."""
    sgid = "eyJfcmFpbHMiOnsiZGF0YSI6ImdpZDovL2NhbXBmaXJlL1VzZXIvMyJ9fQ==--x"
    tag = f'<action-text-attachment sgid="{sgid}"></action-text-attachment>'
    assert mentions(f"{tag} what about this?") == [Mention(3, "")]

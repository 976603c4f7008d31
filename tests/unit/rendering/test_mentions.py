"""`@Name` of a person we know calls that person; anything else is text."""

import re

import pytest

from consumer.campfire.bodies.sgids import unsigned
from consumer.rendering import render
from sandbox.campfire.bodies.html_tree import elements, parse
from sandbox.campfire.bodies.mentions import MENTION_TAG
from sandbox.campfire.bodies.presentation import shown_body
from sandbox.campfire.rails.signed_ids import drawn_user_id, sgid_of

PEOPLE = {"Ada Admin": 1, "Ann": 2, "Ann Lee": 3, "小明": 4, "Zoë": 5, "R2.D2": 6}
SGIDS = {name: sgid_of(user_id) for name, user_id in PEOPLE.items()}
_TAG = re.compile(r"<action-text-attachment [^>]*></action-text-attachment>")
NAMES = {user_id: name for name, user_id in PEOPLE.items()}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Hi @Ada Admin, look", [1]),
        ("@ada admin!", [1]),
        ("@Ann Lee and @Ann.", [3, 2]),
        ("@Anna", []),
        ("@Ann@Zoë", [2]),
        ("@@Ann", []),
        ("(@Ann)", [2]),
        ("@Ann_", []),
        ("@ANN LEE's", [3]),
        ("你好@小明你好", [4]),
        ("**@Zoë** (@R2.D2)", [5, 6]),
        ("mail ann@Ann.example", []),
        ("`@Ann`", []),
        ("```\n@Ann\n```", []),
        ("[@Ann](https://e.org)", []),
        ("@Somebody", []),
        ("@Ann", [2]),
        ("> @Ann said so\n\n@Zoë", [5]),
        ("> - **@Ann**", []),
        ("| a |\n|---|\n| @Ann [l](http://e.org) |", [2]),
    ],
)
def test_who_is_mentioned(text: str, ids: list[int]) -> None:
    """The longest known name, whole, outside code and links, in any script."""
    (post,) = render(text, SGIDS)
    assert drawn(post) == ids


def test_a_mention_is_drawn_with_the_name_and_what_follows_stays() -> None:
    """Campfire draws the mention; the tag swallows nothing behind it."""
    (post,) = render("Ask @Ann now", SGIDS)
    shown = shown_body(post, NAMES.get)
    assert '<div class="mention">' in shown
    assert "\n  Ann\n</div> now" in shown


def test_names_cannot_break_the_pattern() -> None:
    """A name full of special characters is only a name."""
    people = {".*": sgid_of(7), "(x": sgid_of(8), "a|b": sgid_of(9), " ": sgid_of(10)}
    (post,) = render("@.* @(x @a|b @zzz", people)
    assert drawn(post) == [7, 8, 9]


def test_without_people_nobody_is_mentioned() -> None:
    """The default leaves every @ as it was typed."""
    assert render("@Ann") == ("<div>@Ann</div>",)


@pytest.mark.parametrize("padding", range(0, 200, 7))
@pytest.mark.parametrize("name", ["Ann Lee", "小明", "Zoë " * 30 + "X"])
def test_a_mention_is_never_cut_and_does_not_move_a_cut(padding: int, name: str) -> None:
    """The posts end at the same words whether the name is text, drawn or signed."""
    text = "word " * padding + f"@{name} " * 40
    plain = render(text, {name: ""}, limit=300)
    assert "".join(plain).count(f"@{name}") == 40
    for sgid in (sgid_of(3), unsigned(3)):
        posts = render(text, {name: sgid}, limit=300)
        assert tuple(_TAG.sub(f"@{name}", post) for post in posts) == plain


@pytest.mark.parametrize("sgid", ["--x", "eyJf--x", sgid_of(3)[:30], "W10=--x"])
def test_an_sgid_that_would_break_the_room_is_not_written(sgid: str) -> None:
    """Not base64 of a JSON object, or cut off: an error here, rather than in the room for good."""
    with pytest.raises(ValueError, match="names no user"):
        render("@Ann", {"Ann": sgid})


def drawn(post: str) -> list[int | None]:
    """Whom Campfire draws in a post, each once."""
    found = elements(parse(post), MENTION_TAG)
    return list(dict.fromkeys(drawn_user_id(e.attribute("sgid") or "") for e in found))

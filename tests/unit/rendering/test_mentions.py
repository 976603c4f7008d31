"""`@Name` of a person we know calls that person; anything else is text."""

import pytest

from consumer.rendering import render
from sandbox.campfire.html_tree import elements, parse
from sandbox.campfire.mentions import MENTION_TAG
from sandbox.campfire.presentation import shown_body
from sandbox.campfire.signed_ids import drawn_user_id, sgid_of

PEOPLE = {"Ada Admin": 1, "Ann": 2, "Ann Lee": 3, "小明": 4, "Zoë": 5, "R2.D2": 6}
SGIDS = {name: sgid_of(user_id) for name, user_id in PEOPLE.items()}
NAMES = {user_id: name for name, user_id in PEOPLE.items()}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Hi @Ada Admin, look", [1]),
        ("@ada admin!", [1]),
        ("@Ann Lee and @Ann.", [3, 2]),
        ("@Anna", []),
        ("你好@小明你好", [4]),
        ("**@Zoë** (@R2.D2)", [5, 6]),
        ("mail ann@Ann.example", []),
        ("`@Ann`", []),
        ("```\n@Ann\n```", []),
        ("[@Ann](https://e.org)", []),
        ("@Somebody", []),
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


def drawn(post: str) -> list[int | None]:
    """Whom Campfire draws in a post, each once."""
    found = elements(parse(post), MENTION_TAG)
    return list(dict.fromkeys(drawn_user_id(e.attribute("sgid") or "") for e in found))

"""`@Name` of a person we know calls that person; anything else is text."""

import pytest

from consumer.rendering import render
from sandbox.campfire.mentions import mentioned_user_ids
from sandbox.campfire.presentation import shown_html

PEOPLE = {"Ada Admin": 1, "Ann": 2, "Ann Lee": 3, "小明": 4, "Zoë": 5, "R2.D2": 6}
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
    (post,) = render(text, PEOPLE)
    assert mentioned_user_ids(post) == ids


def test_a_mention_is_drawn_with_the_name_and_what_follows_stays() -> None:
    """Campfire draws the mention; the tag swallows nothing behind it."""
    (post,) = render("Ask @Ann now", PEOPLE)
    shown = shown_html(post, NAMES.get)
    assert shown == '<div>Ask <span class="mention" title="Ann">@Ann</span> now</div>'


def test_names_cannot_break_the_pattern() -> None:
    """A name full of special characters is only a name."""
    people = {".*": 7, "(x": 8, "a|b": 9, " ": 10}
    (post,) = render("@.* @(x @a|b @zzz", people)
    assert mentioned_user_ids(post) == [7, 8, 9]


def test_without_people_nobody_is_mentioned() -> None:
    """The default leaves every @ as it was typed."""
    assert render("@Ann") == ("<div>@Ann</div>",)

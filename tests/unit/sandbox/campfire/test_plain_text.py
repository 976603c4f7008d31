"""Plain text and stored form of bodies, held to ActionText (t01)."""

import json

import pytest

from sandbox.campfire.bodies.mentions import mention_html, stored_form
from sandbox.campfire.bodies.plain_text import plain_text
from tests.unit.sandbox.campfire.recording import FOLDER, load

CASES = load("t01_rails_filters")["cases"]

NEWER_RAILS = {
    # ActionText 6.1 (recorded) glued nested lists; since 7.1 they stand on lines of their own
    "rich_user_message": ("• two• nested", "• two\n  • nested"),
}
HTML5_PARSER = {
    # libxml2 (recorded) keeps bare attributes and adds no tbody; Rails 8.2 parses as browsers do
    "angle": ("<b and c>", '<b and="" c="">'),
    "table": ("<tr><td>cell</td></tr>", "<tbody><tr><td>cell</td></tr></tbody>"),
}


@pytest.mark.parametrize("name", CASES)
def test_plain_text_is_rails(name: str) -> None:
    """The text of a body is what ActionText makes of it, newer Rails' lists apart."""
    case = CASES[name]
    expected = case["plain_text"].replace(*NEWER_RAILS.get(name, ("", "")))
    assert plain_text(stored_form(case["posted"]), _nobody) == expected


@pytest.mark.parametrize("name", CASES)
def test_stored_form_is_rails(name: str) -> None:
    """A body is stored parsed and unsanitised, as ActionText writes it."""
    case = CASES[name]
    assert stored_form(case["posted"]) == case["stored_html"].replace(
        *HTML5_PARSER.get(name, ("", ""))
    )


def test_blocks_are_kept_apart_as_in_campfire() -> None:
    """Each of 243 measured pairs of blocks: what stands between them in the plain text."""
    pairs = json.loads((FOLDER / "display.json").read_text(encoding="utf-8"))["adjacency"]
    found = [(html, plain_text(stored_form(html), _nobody)) for html, _, _ in pairs]
    assert found == [(html, text) for html, text, _ in pairs]


def test_mentions_are_names() -> None:
    """A mention reads as @Name; one of nobody reads as nothing."""
    html = f"<p>{mention_html(3, 'x')} and {mention_html(9, 'y')}!</p>"
    assert plain_text(html, {3: "Assistant"}.get) == "@Assistant and !"


def _nobody(user_id: int) -> None:
    return None

"""Nothing live comes out: no markup of the model's, no link that runs, no attribute but ours."""

import pytest

from consumer.rendering import render
from sandbox.campfire.bodies.display_filter import filter_html
from sandbox.campfire.bodies.html_tree import elements, parse
from sandbox.campfire.rails.signed_ids import sgid_of
from tests.unit.rendering.shown import assert_harmless, shown
from tests.unit.rendering.xss_strings import MARKUP, TARGETS

PLACES = [
    "{}",
    "text {} text",
    "# {}",
    "> {}",
    "- {}",
    "1. [ ] {}",
    "**{}**",
    "`{}`",
    "~~{}~~",
    "```{}\n{}\n```",
    "```html\n{}\n```",
    "    {}",
    "| {} | b |\n|---|---|\n| {} | [l](http://x) |",
    "| {} |\n|---|\n| {} |",
    "[{}](https://example.com)",
    '[text](https://example.com "{}")',
    '![{}](https://example.com/i.png "{}")',
    "[^{}]\n\n[^{}]: {}",
    "[{}]\n\n[{}]: https://example.com '{}'",
    "@Ada {} @Ada",
]
LINKS = [
    "[text]({})",
    "[text](<{}>)",
    "![alt]({})",
    "![alt](<{}>)",
    "<{}>",
    "[text][r]\n\n[r]: {}",
    "[text][r]\n\n[r]: <{}>",
    "[![alt]({})](<{}>)",
    "| [a](<{}>) |\n|---|\n| ![a](<{}>) |",
    "{}",
]


@pytest.mark.parametrize("text", MARKUP)
def test_known_strings_are_text_in_every_place(text: str) -> None:
    """A string that scripts elsewhere comes out as words, wherever in a document it stands."""
    for place in PLACES:
        for post in render(place.replace("{}", text), {"Ada": sgid_of(1)}, limit=300):
            assert_harmless(post)
            assert_harmless(filter_html(post))


@pytest.mark.parametrize("target", TARGETS)
def test_only_pages_and_mail_are_linked(target: str) -> None:
    """No target that runs, or that hides its kind, becomes a link; it is shown instead."""
    for link in LINKS:
        for post in render(link.replace("{}", target)):
            assert_harmless(post)
            for anchor in elements(parse(post), "a"):
                assert (anchor.attribute("href") or "").lower().startswith(("http", "mailto:"))


def test_a_dead_link_shows_its_target() -> None:
    """Who reads sees where a link would have led, and cannot go there."""
    (post,) = render("[click](javascript:alert(1)) [doc](files/a%20b.md) [x](//evil.example)")
    assert post == (
        "<div>click (javascript:alert(1)) doc (files/a%20b.md) x (//evil.example)</div>"
    )  # fmt: skip


def test_the_models_attachment_tag_mentions_nobody() -> None:
    """Only our own code writes mentions: the model cannot smuggle one in as markup."""
    tag = "<action-text-attachment sgid='x--y'></action-text-attachment>"
    (post,) = render(f"hello {tag}")
    assert not list(elements(parse(post), "action-text-attachment"))
    assert tag in shown([post])

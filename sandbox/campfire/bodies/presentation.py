"""How a stored body is drawn: `rendered_body` for the bot API, `shown_body` for the page.

They differ: the API's HTML keeps what the page removes (a08, a09, a10). Both draw mentions on the
server and read the result anew, so that a mention ends the `<p>` it stands in (a86).
"""

from collections.abc import Callable, Iterable
from html import escape

from sandbox.campfire.bodies.auto_link import auto_link
from sandbox.campfire.bodies.display_filter import (
    ACTION_TEXT,
    MENTION_TAG,
    PAGE,
    only_shown_tags,
    sanitize,
)
from sandbox.campfire.bodies.html_tree import Element, Node, depth, parse, serialize
from sandbox.campfire.bodies.mentions import RUBY_SPACE
from sandbox.campfire.bodies.sounds import sound_html
from sandbox.campfire.bodies.unfurled import EMBED_TYPE, embed_html
from sandbox.campfire.rails.signed_ids import BrokenSgid, avatar_path, drawn_user_id, sgid_of

NameOf = Callable[[int], str | None]

GONE = "☒"
"""What ActionText draws for something that is not there (a90)."""

DEEPEST_SHOWN = 399
"""Nested tags; with the wrapper the parser of Rails refuses more (a143)."""


def rendered_body(html: str | None, name_of: NameOf) -> str:
    """The body as the bot API gives it; of a message that is only a file nothing.

    Raises `BrokenSgid` for a mention that Rails cannot read: it breaks its index page (a175).
    """
    if html is None:
        return ""
    return f"{_wrapped(_rendered(parse(html), name_of))}\n"


def shown_body(html: str | None, name_of: NameOf, *, stripped: bool = True) -> str:
    """The HTML that a person sees in the room, safe to put into a page.

    `stripped`: main takes off what blanks the removed tags leave at the end, v1.4.9 does not (a09).

    Nothing when drawing it fails: Campfire swallows that error, and the page comes without this
    message's text (a143, a175).
    """
    shown = only_shown_tags(parse(html or ""))
    text = serialize(shown)
    sound = sound_html(text)
    if sound is not None:
        return sound
    if depth(shown) > DEEPEST_SHOWN:
        return ""
    try:
        rendered = _rendered(parse(text.strip(RUBY_SPACE)) if stripped else shown, name_of)
    except BrokenSgid:
        return ""
    return _wrapped(serialize(auto_link(sanitize(parse(rendered), PAGE))))


def _wrapped(html: str) -> str:
    return f'<div class="trix-content">\n  {html}\n</div>'


def _rendered(nodes: Iterable[Node], name_of: NameOf) -> str:
    drawn = parse(serialize(_draw(nodes, name_of)))
    return serialize(sanitize(drawn, ACTION_TEXT))


def _draw(nodes: Iterable[Node], name_of: NameOf) -> tuple[Node, ...]:
    return tuple(_drawn(node, name_of) for node in nodes)


def _drawn(node: Node, name_of: NameOf) -> Node:
    if not isinstance(node, Element):
        return node
    if node.tag != MENTION_TAG:
        return Element(node.tag, node.attributes, _draw(node.children, name_of))
    if node.attribute("content-type") == EMBED_TYPE and node.attribute("href"):
        return Element(node.tag, node.attributes, parse(embed_html(node)))
    user_id = drawn_user_id(node.attribute("sgid") or "")
    name = name_of(user_id) if user_id is not None else None
    if user_id is None or name is None:
        return Element(node.tag, node.attributes, (GONE,))
    return Element(node.tag, _as_person(node), parse(_person_html(user_id, name)))


def _as_person(node: Element) -> tuple[tuple[str, str], ...]:
    """Its attributes, with the type that ActionText gives a person: none of its own."""
    kept = [(key, value) for key, value in node.attributes if key != "content-type"]
    at = next((i for i, (key, _) in enumerate(node.attributes) if key == "content-type"), len(kept))
    return (*kept[:at], ("content-type", "application/octet-stream"), *kept[at:])


def _person_html(user_id: int, name: str) -> str:
    shown = escape(name)
    return (
        f'<div class="mention" sgid="{sgid_of(user_id)}">\n'
        f'  <a title="{shown}" class="btn avatar" href="/users/{user_id}">'
        f'<img src="{avatar_path(user_id)}" width="48" height="48"></a>\n  {shown}\n</div>'
    )

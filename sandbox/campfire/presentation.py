"""How a stored body looks in a room and in the bot API: filtered, mentions drawn, links linked."""

import re
from collections.abc import Iterable

from sandbox.campfire.display_filter import MENTION_TAG, filter_nodes
from sandbox.campfire.html_tree import Element, Node, parse, serialize
from sandbox.campfire.mentions import user_id_of
from sandbox.campfire.plain_text import NameOf

_BARE_LINK = re.compile(r"(?<![\w@/.])(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_AFTER_LINK = ".,:;!?'\"”’"
_NEVER_LINKED = frozenset({"a", "pre", "code"})


def rendered_body(html: str | None, name_of: NameOf) -> str:
    """The body as the bot API gives it: the shown HTML in ActionText's wrapper."""
    return f'<div class="trix-content">{shown_html(html, name_of, linked=False)}</div>'


def shown_html(html: str | None, name_of: NameOf, *, linked: bool = True) -> str:
    """The HTML that a person sees in the room, safe to put into a page."""
    shown = _draw_mentions(filter_nodes(parse(html or "")), name_of)
    return serialize(_link(shown) if linked else shown)


def _draw_mentions(nodes: Iterable[Node], name_of: NameOf) -> tuple[Node, ...]:
    return tuple(_draw(node, name_of) for node in nodes)


def _draw(node: Node, name_of: NameOf) -> Node:
    if not isinstance(node, Element):
        return node
    if node.tag != MENTION_TAG:
        return Element(node.tag, node.attributes, _draw_mentions(node.children, name_of))
    user_id = user_id_of(node.attribute("sgid") or "")
    name = name_of(user_id) if user_id is not None else None
    if name is None:
        return "☒"  # what ActionText draws for something that is gone
    return Element("span", (("class", "mention"), ("title", name)), (f"@{name}",))


def _link(nodes: Iterable[Node]) -> tuple[Node, ...]:
    linked: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            linked.extend(_link_text(node))
        elif isinstance(node, Element) and node.tag not in _NEVER_LINKED:
            linked.append(Element(node.tag, node.attributes, _link(node.children)))
        else:
            linked.append(node)
    return tuple(linked)


def _link_text(text: str) -> Iterable[Node]:
    end = 0
    for match in _BARE_LINK.finditer(text):
        shown = match.group().rstrip(_AFTER_LINK)
        target = shown if "://" in shown else f"http://{shown}"
        yield text[end : match.start()]
        yield Element("a", (("href", target),), (shown,))
        end = match.start() + len(shown)
    yield text[end:]

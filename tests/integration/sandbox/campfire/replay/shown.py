"""What the room's page shows of a message, reduced to what both pages can have in common.

A text is compared as it is. Of a file or a sound the markup is each page's own (addresses of
assets, signed ids of blobs, the behaviour's attributes): what is compared is what a person sees.
"""

import re
from typing import Any

from sandbox.campfire.bodies.html_tree import Element, Node, elements, parse
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.page.views import Views
from sandbox.campfire.stored.messages import Message

_BEHAVIOUR = re.compile(r' data-(?:controller|action|sound-url-value)="[^"]*"')
_WIDTH = re.compile(r"width: ([\d.]+)px")


def shown_message(campfire: Campfire, message: Message) -> object:
    """What our page shows of a message."""
    view = Views(campfire).message(message)
    if view.attachment is None:
        return str(view.body)
    if view.is_previewed:
        width = view.picture_width
        return {"picture": view.attachment.filename, "width": width}
    return {"file": view.attachment.filename}


def recorded_shown(html: str) -> object:
    """What Campfire's page showed, by the HTML that was recorded of it."""
    nodes = parse(html)
    picture = next((i for i in elements(nodes, "img") if _is(i, "message__attachment")), None)
    if picture is not None:
        address = (next(iter(elements(nodes, "a"))).attribute("href") or "").split("/")[-1]
        width = _WIDTH.search(html)
        return {"picture": address, "width": float(width[1]) if width else None}
    if "message__action-btn" in html:
        return {"file": _text(next(iter(elements(nodes, "span"))))}
    return _BEHAVIOUR.sub("", html)


def _is(element: Element, name: str) -> bool:
    return name in (element.attribute("class") or "").split()


def _text(node: Node) -> Any:
    if isinstance(node, Element):
        return "".join(map(_text, node.children))
    return node if isinstance(node, str) else ""

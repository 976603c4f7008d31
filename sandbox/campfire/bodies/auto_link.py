"""Addresses in the text become links on the page, also inside `pre` (a148); not in the API.

By the rules of the gem that Campfire uses (rails_autolink).
"""

import re
from collections.abc import Iterable

from sandbox.campfire.bodies.html_tree import Element, Node

_SCHEMES = (
    "ed2k|ftp|http|https|irc|mailto|news|gopher|nntp|telnet|webcal|xmpp|callto|feed|svn|urn|aim|"
    "rsync|tag|ssh|sftp|rtsp|afs|file"
)
_WEB = re.compile(rf"(?:(?:{_SCHEMES})://|www\.\w)[^\s<\xa0\"]+", re.IGNORECASE)
_LOCAL = r"[\w.!#$%&'*/=?^`{|}~+-]"
_MAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}+@[\w-]+(?:\.[\w-]+)+")
_AFTER_ADDRESS = re.compile(r"[^\w/\-=;]\Z")
_OPENING = {"]": "[", ")": "(", "}": "{"}


def auto_link(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The same nodes, bare addresses made links that open a new tab."""
    linked: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            linked.extend(_link_text(node))
        elif isinstance(node, Element) and node.tag != "a":
            linked.append(Element(node.tag, node.attributes, auto_link(node.children)))
        else:
            linked.append(node)
    return tuple(linked)


def _link_text(text: str) -> Iterable[Node]:
    end = 0
    for match in _WEB.finditer(text):
        shown = _without_punctuation(match.group())
        yield from _link_mail(text[end : match.start()])
        yield _link(shown, shown if "://" in shown else f"http://{shown}")
        end = match.start() + len(shown)
    yield from _link_mail(text[end:])


def _link_mail(text: str) -> Iterable[Node]:
    end = 0
    for match in _MAIL.finditer(text):
        yield text[end : match.start()]
        yield _link(match.group(), f"mailto:{match.group()}")
        end = match.end()
    yield text[end:]


def _without_punctuation(address: str) -> str:
    """A sentence's end is not the address's, a bracket that was opened in it is."""
    while match := _AFTER_ADDRESS.search(address):
        last, kept = match.group(), address[:-1]
        opening = _OPENING.get(last)
        if opening and kept.count(opening) > kept.count(last):
            break
        address = kept
    return address


def _link(shown: str, target: str) -> Element:
    return Element("a", (("target", "_blank"), ("href", target)), (shown,))

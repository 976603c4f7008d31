"""HTML as Rails reads it (HTML5 rules) and writes it: a small immutable tree and back to text."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 410
"""What is nested deeper loses its tags and keeps its text, so that no walk of the tree can overflow
the stack. 400 nested tags are stored and shown as they are (a143)."""

sys.setrecursionlimit(max(sys.getrecursionlimit(), 20 * MAX_DEPTH))

VOID_TAGS = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"}
    | {"param", "source", "track", "wbr"}
)
RAW_TEXT_TAGS = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"})


@dataclass(frozen=True, slots=True)
class Element:
    """One tag with what is in it."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: "tuple[Node, ...]" = ()

    def attribute(self, name: str) -> str | None:
        """The value of an attribute; None when it is not there."""
        return next((value for key, value in self.attributes if key == name), None)


@dataclass(frozen=True, slots=True)
class Comment:
    """`<!-- text -->`."""

    text: str


Node = Element | Comment | str


def parse(html: str) -> tuple[Node, ...]:
    """Read a fragment of HTML as a browser would inside `<body>`; nothing is invalid."""
    first = LexborHTMLParser(html, is_fragment=True).root if html else None
    return _siblings(first, 0)


def serialize(nodes: Iterable[Node]) -> str:
    """Write nodes as HTML, escaped by the rules of the HTML standard."""
    parts: list[str] = []
    for node in nodes:
        _write(node, parts, raw=False)
    return "".join(parts)


def elements(nodes: Iterable[Node], tag: str) -> Iterable[Element]:
    """Every element of this tag, in the order of the document."""
    for node in nodes:
        if isinstance(node, Element):
            if node.tag == tag:
                yield node
            yield from elements(node.children, tag)


def depth(nodes: Iterable[Node]) -> int:
    """How many tags stand inside each other at most."""
    return max((1 + depth(n.children) for n in nodes if isinstance(n, Element)), default=0)


def _siblings(node: LexborNode | None, depth: int) -> tuple[Node, ...]:
    found: list[Node] = []
    while node is not None:
        converted = _convert(node, depth)
        if converted is not None:
            found.append(converted)
        node = node.next
    return tuple(found)


def _convert(node: LexborNode, depth: int) -> Node | None:
    if node.is_text_node:
        return node.text_content or ""
    if node.is_comment_node:
        return Comment((node.html or "").removeprefix("<!--").removesuffix("-->"))
    if not node.is_element_node or node.tag is None:
        return None
    if depth >= MAX_DEPTH:
        return node.text(deep=True)
    attributes = tuple((key, value or "") for key, value in node.attributes.items())
    return Element(node.tag, attributes, _siblings(node.first_child, depth + 1))


def _write(node: Node, parts: list[str], *, raw: bool) -> None:
    if isinstance(node, str):
        parts.append(node if raw else _escape(node))
    elif isinstance(node, Comment):
        parts.append(f"<!--{node.text}-->")
    else:
        parts.append(_start_tag(node))
        if node.tag not in VOID_TAGS:
            for child in node.children:
                _write(child, parts, raw=node.tag in RAW_TEXT_TAGS)
            parts.append(f"</{node.tag}>")


def _start_tag(element: Element) -> str:
    attributes = "".join(f' {key}="{_escape_value(value)}"' for key, value in element.attributes)
    return f"<{element.tag}{attributes}>"


def _escape(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\N{NO-BREAK SPACE}", "&nbsp;")


def _escape_value(value: str) -> str:
    escaped = value.replace("&", "&amp;").replace("\N{NO-BREAK SPACE}", "&nbsp;")
    return escaped.replace('"', "&quot;")

"""A body as plain text, as ActionText's `to_plain_text` makes it (checked by t01)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.campfire.bodies.html_tree import Comment, Element, Node, parse
from sandbox.campfire.bodies.mentions import MENTION_TAG
from sandbox.campfire.rails.signed_ids import drawn_user_id

NameOf = Callable[[int], str | None]

_SILENT_TAGS = frozenset({"script", "style"})
_BLOCK_TAGS = frozenset({"h1", "p"})
_LIST_TAGS = frozenset({"ul", "ol"})
_TRAILING_NEWLINES = re.compile(r"(?:\r?\n)+\Z")
_QUOTED = re.compile(r"\A(\s*)(.+?)(\s*)\Z", re.DOTALL)


def plain_text(html: str, name_of: NameOf) -> str:
    """The text of a body; mentions become `@Name`, of unknown users nothing.

    Raises `BrokenSgid` for a mention that Rails cannot read.
    """
    return _chomp(_Conversion(name_of).children(parse(html), _Place()))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in lists a node stands: how deep, and the bullet of its siblings."""

    depth: int = 0
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class _Conversion:
    name_of: NameOf

    def children(self, nodes: Iterable[Node], place: _Place) -> str:
        position, parts = 0, []
        for node in nodes:
            parts.append(self._node(node, place, position))
            position += isinstance(node, Element)
        return "".join(parts)

    def _node(self, node: Node, place: _Place, position: int) -> str:
        if isinstance(node, str):
            return _chomp(node)
        if isinstance(node, Comment) or node.tag in _SILENT_TAGS:
            return ""
        if node.tag in _LIST_TAGS:
            return self._list(node, place)
        if node.tag == "li":
            return self._item(node, place, position)
        return self._element(node, place)

    def _element(self, node: Element, place: _Place) -> str:
        if node.tag == "br":
            return "\n"
        if node.tag == MENTION_TAG:
            return self._mention(node)
        inner = self.children(node.children, place)
        if node.tag in _BLOCK_TAGS:
            return f"{_chomp(inner)}\n\n"
        return _LAYOUTS.get(node.tag, _plain)(inner)

    def _list(self, node: Element, place: _Place) -> str:
        inner = self.children(node.children, _Place(place.depth + 1, node.tag == "ol"))
        block = f"{_chomp(inner)}\n\n"
        return f"\n{block}" if place.depth else block

    def _item(self, node: Element, place: _Place, position: int) -> str:
        bullet = f"{position + 1}." if place.ordered else "•"
        indentation = "  " * (place.depth - 1)
        return f"{indentation}{bullet} {_chomp(self.children(node.children, place))}\n"

    def _mention(self, node: Element) -> str:
        user_id = drawn_user_id(node.attribute("sgid") or "")
        name = self.name_of(user_id) if user_id is not None else None
        return f"@{name}" if name else ""


def _plain(inner: str) -> str:
    return inner


def _division(inner: str) -> str:
    return f"{_chomp(inner)}\n"


def _quotation(inner: str) -> str:
    return _QUOTED.sub(r"\1“\2”\3", f"{_chomp(inner)}\n\n", count=1)


def _caption(inner: str) -> str:
    return f"[{_chomp(inner)}]"


_LAYOUTS: dict[str, Callable[[str], str]] = {
    "div": _division,
    "blockquote": _quotation,
    "figcaption": _caption,
}


def _chomp(text: str) -> str:
    """Ruby's `chomp("")`: all line ends at the end go."""
    return _TRAILING_NEWLINES.sub("", text)

"""The text within a block: emphasis, code, links, mentions, pictures and previews. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from consumer.campfire.bodies.mentions import mention_of

OWN = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for the mention of the bot itself until it is known whether it is only its call."""
MAX_DEPTH = 100
"""What is nested deeper is its bare text: no walk of a body overflows the stack."""
UNSEEN = frozenset({"script", "style", "template", "head", "title"})
_MARKS = {
    **dict.fromkeys(("strong", "b"), "**"),
    **dict.fromkeys(("em", "i"), "*"),
    **dict.fromkeys(("del", "s", "strike"), "~~"),
}
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_PREVIEW = "opengraph"
_DRAWN = "application/octet-stream"
"""What the index makes of a mention's type; the name is drawn in a `div` within it or, where the
parser may not leave one in a paragraph, behind it (docs/campfire.md)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What a body is read with."""

    own_id: int | None
    names: Mapping[int, str]

    def text(self, node: LexborNode, depth: int) -> str:
        """One node within a block, with its marks."""
        if node.is_text_node:
            return _SPACE.sub(" ", _clean(node.text_content or ""))
        if not node.is_element_node or node.tag in UNSEEN:
            return ""
        if depth > MAX_DEPTH:
            return _SPACE.sub(" ", _clean(node.text(deep=True)))
        return self._element(node, depth)

    def bare(self, node: LexborNode, depth: int) -> str:
        """One node within code, without marks: an editor's mention holds its name in no text."""
        if node.is_text_node:
            return node.text_content or ""
        if node.tag == "br":
            return "\n"
        if node.tag == "action-text-attachment":
            return self._attachment(node)
        if is_drawn_mention(node):
            return self.mention(node)
        if depth > MAX_DEPTH:
            return node.text(deep=True)
        return "".join(self.bare(child, depth + 1) for child in children(node))

    def mention(self, node: LexborNode) -> str:
        """A mention as `@Name`; the bot's own as OWN."""
        found = mention_of(node)
        if found.user_id is not None and found.user_id == self.own_id:
            return OWN
        name = found.name or self.names.get(found.user_id or 0, "")
        return f"@{_one_line(name)}" if name else f"@user {found.user_id}" if found.user_id else ""

    def _element(self, node: LexborNode, depth: int) -> str:
        match node.tag:
            case "br":
                return "\n"
            case "action-text-attachment":
                return self._attachment(node)
            case "img":
                return _picture(node)
            case "code" | "kbd" | "tt":
                return _code(_one_line(self.bare(node, depth)))
            case "a":
                return _link(node, self._children(node, depth))
        if is_drawn_mention(node):
            return self.mention(node)
        return _marked(self._children(node, depth), _MARKS.get(node.tag or "", ""))

    def _children(self, node: LexborNode, depth: int) -> str:
        return "".join(self.text(child, depth + 1) for child in children(node))

    def _attachment(self, node: LexborNode) -> str:
        kind = node.attributes.get("content-type") or ""
        if _PREVIEW in kind:
            return _preview(node)
        if kind == _DRAWN and node.css_first(".mention") is None:
            return ""  # the index: what it draws stands behind it
        if node.attributes.get("filename"):
            return f"[file: {_one_line(node.attributes.get('filename') or '')}]"
        return self.mention(node)


def children(node: LexborNode) -> Iterator[LexborNode]:
    """The nodes right below one."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def is_drawn_mention(node: LexborNode) -> bool:
    """Whether it is a name as Campfire's index draws it."""
    return "mention" in (node.attributes.get("class") or "").split()


def _marked(text: str, mark: str) -> str:
    """The text between marks, blanks outside; nothing around nothing."""
    bare = text.strip()
    if not mark or not bare:
        return text
    before, after = text[: text.index(bare)], text[text.index(bare) + len(bare) :]
    return f"{before}{mark}{bare}{mark}{after}"


def _code(text: str) -> str:
    ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}" if text else ""


def _link(node: LexborNode, label: str) -> str:
    """Its words and, where they do not show it, its address."""
    address = _one_line(node.attributes.get("href") or "")
    shown = label.strip().rstrip("/")
    if not address or shown in (address.rstrip("/"), address.removeprefix("mailto:")):
        return label
    return f"{label.rstrip()} ({address})" if shown else address


def _picture(node: LexborNode) -> str:
    return f"[picture: {_one_line(node.attributes.get('alt') or 'without words')}]"


def _preview(node: LexborNode) -> str:
    """What Campfire shows below a link: the page's title and description."""
    words = (node.attributes.get(name) or "" for name in ("filename", "caption"))
    told = ": ".join(filter(None, map(_one_line, words)))
    return f" [preview: {told}]" if told else ""


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """Nobody types the sign that stands for the bot."""
    return text.replace(OWN, "")

"""A web page as text: headings, lists, tables, links; in time that grows with its length alone.

What stands around the matter itself (menus, sidebars, footers) is left out where the page says
which is which. Only the parser's own time is not bounded here: reading.py has it in a child.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

_UNSEEN = frozenset(
    {"head", "script", "style", "template", "noscript", "svg", "iframe", "object", "canvas"}
    | {"nav", "aside", "footer", "form", "button", "select", "dialog", "audio", "video"}
)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "blockquote", "figure", "table", "ul"}
    | {"ol", "dl", "dt", "dd", "address", "details", "summary", "figcaption", "fieldset", "hr"}
)
_AROUND = {
    **dict.fromkeys(_BLOCKS, ("\n\n", "\n\n")),
    **{f"h{level}": (f"\n\n{'#' * level} ", "\n\n") for level in range(1, 7)},
    "li": ("\n- ", "\n"),
    "pre": ("\n\n```\n", "\n```\n\n"),
    "td": ("", " | "),
    "th": ("", " | "),
    "tr": ("\n", ""),
    "br": ("\n", ""),
}
_ENOUGH = 200
"""Characters: a `main` or `article` with less is not what the page is about."""
MOST = 2_000_000
"""Characters of a page's text: links led home by a long address make it a hundred times as long."""
LONGEST_TITLE = 300
_KEPT_BLANK = "\ue000"
"""A blank in code, which stays where others are drawn together; nobody types this sign."""
_BLANKS = re.compile(r"[ \t\r\f\v\xa0]+")
_MANY_LINES = re.compile(r"\n\s*\n")


def html_text(html: str, address: str = "") -> tuple[str, str, bool]:
    """A page's title, its text, MOST characters or little more, and whether there is more of it;
    links lead where `address` makes them lead."""
    tree = LexborHTMLParser(html)
    title = tree.css_first("title")
    pieces = _pieces(_matter(tree), address)
    told = "".join(_first(pieces))
    lines = (_BLANKS.sub(" ", line).strip(" ") for line in told.split("\n"))
    text = _MANY_LINES.sub("\n\n", "\n".join(lines)).strip().replace(_KEPT_BLANK, " ")
    named = " ".join(title.text(deep=False).split()) if title is not None else ""
    return named[:LONGEST_TITLE], text, any(map(str.strip, pieces))


def _first(pieces: Iterator[str]) -> Iterator[str]:
    left = MOST
    for piece in pieces:
        yield piece
        left -= len(piece)
        if left < 0:
            return


def _matter(tree: LexborHTMLParser) -> LexborNode:
    body = tree.body or tree.root
    assert body is not None  # noqa: S101 - the parser makes one of anything
    for name in ("main", "article"):
        found = tree.css(name)
        if len(found) == 1 and len(found[0].text(deep=True).strip()) >= _ENOUGH:
            return found[0]
    return body


def _pieces(top: LexborNode, address: str) -> Iterator[str]:
    """By a list of what is to do, not by calls: a page may be nested as deep as it is long."""
    todo: list[LexborNode | str] = [top]
    while todo:
        node = todo.pop()
        if isinstance(node, str):
            yield node
        elif node.is_text_node:
            yield _words(node)
        elif node.is_element_node and node.tag not in _UNSEEN:
            before, after = _around(node, address)
            yield before
            todo.append(after)
            _push_children(todo, node)


def _push_children(todo: list[LexborNode | str], node: LexborNode) -> None:
    child = node.last_child
    while child is not None:
        todo.append(child)
        child = child.prev


def _words(node: LexborNode) -> str:
    text, within = node.text_content or "", node.parent
    if within is not None and within.tag in ("pre", "code"):
        return text.replace(" ", _KEPT_BLANK)
    return text.replace("\n", " ")


def _around(node: LexborNode, address: str) -> tuple[str, str]:
    """What stands before and behind an element's content."""
    if node.tag == "a":
        return "", _link(node, address)
    if node.tag == "img":
        return _picture(node), ""
    return _AROUND.get(node.tag or "", ("", ""))


def _link(node: LexborNode, address: str) -> str:
    target = (node.attributes.get("href") or "").strip()
    if not target or target.startswith(("#", "javascript:", "data:")):
        return ""
    try:
        return f" ({urljoin(address, target)})"
    except ValueError:
        return ""


def _picture(node: LexborNode) -> str:
    words = " ".join((node.attributes.get("alt") or "").split())
    return f"[picture: {words}]" if words else ""

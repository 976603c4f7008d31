"""What a room shows of a post, by the stand-in's filter; and whether anything in it is live."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from sandbox.campfire.bodies.display_filter import filter_html
from sandbox.campfire.bodies.html_tree import Comment, Element, Node, parse, serialize
from sandbox.campfire.bodies.plain_text import plain_text

SAFE_TAGS = frozenset(
    "br div strong em del code pre ul ol li blockquote h1 a hr action-text-attachment".split()  # noqa: SIM905
)
"""What Campfire's page and its plain text both show as meant, and a mention."""
_SAFE_ATTRIBUTES = {
    "a": {"href"},
    "pre": {"class"},
    "action-text-attachment": {"sgid", "content-type"},
}
_SAFE_HREF = re.compile(r"(?:https?://|mailto:)[^\s\"<>`\\]*", re.IGNORECASE)
_SAFE_CLASS = re.compile(r"(?:language-[\w+#.-]+|nohighlight)", re.ASCII)
_VISIBLE = {"a": "href", "pre": "class"}
"""A click shows the target, the colours a language."""
_INLINE = frozenset({"a", "strong", "em", "del", "code", "action-text-attachment"})


def shown(posts: Iterable[str]) -> str:
    """The text of filtered posts, blocks apart; a link's target stands before its text."""
    return "\n".join("".join(_texts(parse(filter_html(post)), _VISIBLE)) for post in posts)


def text_alone(posts: Iterable[str]) -> str:
    """The text of filtered posts without the links' targets."""
    return "\n".join("".join(_texts(parse(filter_html(post)), {})) for post in posts)


def plain(posts: Iterable[str]) -> str:
    """What push notices and search have of them: Campfire's plain text."""
    return "\n".join(plain_text(post, {1: "Ada"}.get) for post in posts)


def notice_bytes(post: str) -> int:
    """The bytes of a post's plain text in a push notice's JSON."""
    written = json.dumps(plain([post]), ensure_ascii=False)[1:-1]
    return len(written.encode()) + 5 * sum(map(written.count, "<>&"))


def block_texts(post: str) -> list[str]:
    """The texts of a post's blocks and lines, each by itself."""
    texts = [""]
    for text in _texts(parse(post), {}):
        texts += [""] if text == "\n" else []
        texts[-1] += text
    return [line for text in texts for line in text.split("\n") if line.strip()]


def assert_harmless(post: str) -> None:
    """Only safe tags and attributes, only links to pages and mail, and well-formed HTML."""
    nodes = parse(post)
    _assert_harmless(nodes)
    assert serialize(nodes).replace("&nbsp;", "\xa0") == post.replace("&#x27;", "'")


def _assert_harmless(nodes: Iterable[Node]) -> None:
    for node in nodes:
        assert not isinstance(node, Comment), node
        if isinstance(node, Element):
            assert node.tag in SAFE_TAGS, node
            names = [name for name, _ in node.attributes]
            assert set(names) <= _SAFE_ATTRIBUTES.get(node.tag, set()), node
            assert _SAFE_HREF.fullmatch(node.attribute("href") or "http://"), node
            assert _SAFE_CLASS.fullmatch(node.attribute("class") or "nohighlight"), node
            _assert_harmless(node.children)


def _texts(nodes: Iterable[Node], visible: Mapping[str, str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        elif isinstance(node, Element):
            space = "" if node.tag in _INLINE else "\n"
            yield space
            if node.tag in visible:
                yield f"{unquote(node.attribute(visible[node.tag]) or '')} "
            yield from _texts(node.children, visible)
            yield space

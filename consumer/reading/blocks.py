"""The blocks of a body: paragraphs, lists, quotes, code, tables. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from consumer.reading.inlines import MAX_DEPTH, UNSEEN, Reader, children, is_drawn_mention

_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol"})
_CONTAINERS = frozenset(
    {"div", "p", "section", "article", "main", "aside", "header", "footer", "details", "summary"}
    | {"figure", "figcaption", "dl", "dt", "dd", "address", "form", "fieldset", "body", "html"}
)
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines; `close` ones stand right below each other, as a chat's lines do."""

    text: str
    close: bool = False


def read_blocks(body: LexborNode, reader: Reader) -> list[Block]:
    """The blocks of a body."""
    return list(_blocks(children(body), reader, 0))


def joined(blocks: Sequence[Block]) -> str:
    """The blocks below each other, apart unless both are lines."""
    text, before = "", None
    for block in blocks:
        if before is not None:
            text += "\n" if before.close and block.close else "\n\n"
        text += block.text
        before = block
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _blocks(nodes: Iterable[LexborNode], reader: Reader, depth: int) -> Iterator[Block]:
    line: list[str] = []
    for node in nodes:
        if not _is_block(node, depth):
            line.append(reader.text(node, depth))
            continue
        yield from _line(line)
        line = []
        yield from _block(node, reader, depth + 1)
    yield from _line(line)


def _line(parts: Sequence[str]) -> Iterator[Block]:
    text = "\n".join(line.strip(" ") for line in "".join(parts).split("\n"))
    if text.strip():
        yield Block(text.removesuffix("\n"), close=True)
    elif "\n" in text:
        yield Block("", close=True)  # an empty line that somebody typed


def _is_block(node: LexborNode, depth: int) -> bool:
    tag = node.tag if node.is_element_node else None
    if tag is None or depth > MAX_DEPTH or tag in UNSEEN:
        return False
    if is_drawn_mention(node):
        return False  # a div, in Campfire's index
    return tag in _CONTAINERS or tag in _HEADINGS or tag in _LISTS or tag in _OTHERS


def _block(node: LexborNode, reader: Reader, depth: int) -> Iterator[Block]:
    tag = node.tag or ""
    if tag in _CONTAINERS:
        inner = list(_blocks(children(node), reader, depth))
        yield from (Block(block.text, block.close and tag != "p") for block in inner)
    elif tag in _HEADINGS:
        if text := " ".join(_inside(node, reader, depth).split()):
            yield Block(f"{_HEADINGS[tag]} {text}")
    elif tag in _LISTS:
        yield from _list(node, reader, depth)
    else:
        yield from _OTHERS[tag](node, reader, depth)


def _inside(node: LexborNode, reader: Reader, depth: int) -> str:
    return joined(list(_blocks(children(node), reader, depth)))


def _list(node: LexborNode, reader: Reader, depth: int) -> Iterator[Block]:
    items = [child for child in children(node) if child.is_element_node]
    lines = []
    for number, item in enumerate(items, 1):
        bullet = f"{number}. " if node.tag == "ol" else "- "
        inner = _inside(item, reader, depth).replace("\n\n", "\n")
        lines.append(bullet + inner.replace("\n", "\n" + " " * len(bullet)))
    if lines:
        yield Block("\n".join(lines))


def _quote(node: LexborNode, reader: Reader, depth: int) -> Iterator[Block]:
    """Somebody's words, and below them whose, where Campfire's reply says so."""
    lines = _inside(node, reader, depth).split("\n")
    author = _author(node)
    lines += [f"— {author}"] if author else []
    yield Block("\n".join(f"> {line}".rstrip() for line in lines))


def _author(quote: LexborNode) -> str:
    cite = quote.next
    while cite is not None and cite.is_text_node and not (cite.text_content or "").strip():
        cite = cite.next
    if cite is None or cite.tag != "cite":
        return ""
    return " ".join(cite.text(deep=True).removesuffix("#").split())


def _cite(node: LexborNode, reader: Reader, depth: int) -> Iterator[Block]:
    """Told with its quote; by itself it is a line like others."""
    before = node.prev
    while before is not None and before.is_text_node:
        before = before.prev
    if before is None or before.tag != "blockquote":
        yield from _blocks(children(node), reader, depth)


def _code(node: LexborNode, reader: Reader, depth: int) -> Iterator[Block]:
    code = reader.bare(node, depth).strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    language = re.search(r"(?:language|lang)-([\w+#-]+)", node.attributes.get("class") or "")
    yield Block(f"{fence}{language[1] if language else ''}\n{code}\n{fence}")


def _table(node: LexborNode, reader: Reader, depth: int) -> Iterator[Block]:
    rows = [
        [" ".join(_inside(cell, reader, depth).split()) for cell in _cells(row)]
        for row in _rows(node)
    ]
    rows = [row for row in rows if row]
    if rows:
        rule = ["---"] * len(rows[0])
        yield Block("\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:])))


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    """The rows of a table, not of one within it."""
    for child in children(table):
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _cells(row: LexborNode) -> Iterator[LexborNode]:
    return (child for child in children(row) if child.tag in ("th", "td"))


def _rule(node: LexborNode, reader: Reader, depth: int) -> Iterator[Block]:
    del node, reader, depth
    yield Block("---")


_OTHERS = {"blockquote": _quote, "cite": _cite, "pre": _code, "table": _table, "hr": _rule}

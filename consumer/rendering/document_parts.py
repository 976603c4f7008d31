"""A document's tree, node by node, to the parts that its blocks are made of."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from consumer.mentions.people import NOBODY, People
from consumer.rendering.code import code_parts
from consumer.rendering.inlines import inline_pieces
from consumer.rendering.lists import bullets, lines, numbered, tasks, tasks_only
from consumer.rendering.pieces import Close, Open, Piece, Text, Void
from consumer.rendering.spacing import Kind, Part, nested
from consumer.rendering.tables import table_parts


class BlockTree(SyntaxTreeNode):
    """The tree of the blocks alone; what is within a line is read from its token, by inlines."""

    def _set_children_from_tokens(self, tokens: Sequence[Token]) -> None:
        if self.token is None:
            super()._set_children_from_tokens(tokens)


def silent_definitions(tokens: Sequence[Token]) -> frozenset[int]:
    """The ids of the definition tokens whose target and title a link shows."""
    children = (child for token in tokens for child in token.children or ())
    links = (child for child in children if child.type in ("link_open", "image"))
    used = {normalizeReference(link.meta.get("label", "")) for link in links}
    # The first definition of a label counts, and the others are lost on every link.
    definitions = (token for token in reversed(tokens) if token.type == "definition")
    first = {token.meta["id"]: id(token) for token in definitions}
    return frozenset(token for label, token in first.items() if label in used)


class DocumentParts:
    """Turns nodes of the tree into parts."""

    def __init__(self, people: People, silent: frozenset[int], *, counted: bool) -> None:
        self._people = people
        self._silent = silent
        self._counted = counted
        """Whether Campfire may count the items of ordered lists."""
        self._lists = 0
        """How many lists are open."""

    def of(self, nodes: Sequence[SyntaxTreeNode]) -> list[Part]:
        """The parts of nodes that follow each other."""
        if nodes and nodes[0].type == "footnote_reference":
            return list(lines(self._note(node) for node in nodes))
        return [part for node in nodes for part in self._node(node)]

    def _node(self, node: SyntaxTreeNode) -> Iterable[Part]:
        handler: Callable[[SyntaxTreeNode], Iterable[Part]]
        handler = getattr(self, f"_{node.type}", self._unknown)
        return handler(node)

    def _unknown(self, node: SyntaxTreeNode) -> Iterable[Part]:
        """A block that a later release brings: its text, rather than nothing."""
        if node.children:
            return self.of(node.children)
        return [Part(Kind.TEXT, (Text(node.content),))] if node.content else []

    def _inline(self, node: SyntaxTreeNode) -> list[Part]:
        children = node.token.children if node.token else None
        return [Part(Kind.TEXT, tuple(inline_pieces(children or (), self._people)))]

    def _paragraph(self, node: SyntaxTreeNode) -> Iterable[Part]:
        return self.of(node.children)

    def _heading(self, node: SyntaxTreeNode) -> Iterator[Part]:
        kind = Kind.TITLE if node.tag == "h1" else Kind.HEADING
        for part in self.of(node.children):
            if part.pieces:
                yield Part(kind, part.pieces)

    def _blockquote(self, node: SyntaxTreeNode) -> Iterator[Part]:
        # A mention in a quote calls too (w46), and who is quoted is not asked.
        people, self._people = self._people, NOBODY
        inner = nested(self.of(node.children), in_list=self._lists > 0)
        self._people = people
        if inner:
            yield Part(Kind.QUOTE, (Open("blockquote"), *inner, Close("blockquote")))

    def _bullet_list(self, node: SyntaxTreeNode) -> Iterable[Part]:
        if tasks_only(node):
            return lines(tasks(node, self.of))
        return [bullets("ul", self._items(node))]

    def _ordered_list(self, node: SyntaxTreeNode) -> Iterable[Part]:
        start = int(node.attrs.get("start", 1))
        if self._counted and start == 1:
            return [bullets("ol", self._items(node))]
        return lines(numbered(start, (self.of(item.children) for item in node.children)))

    def _items(self, node: SyntaxTreeNode) -> Iterator[list[Piece]]:
        self._lists += 1
        for item in node.children:
            yield nested(self.of(item.children), in_list=True)
        self._lists -= 1

    def _footnote_reference(self, node: SyntaxTreeNode) -> Iterable[Part]:
        return lines([self._note(node)])

    def _note(self, node: SyntaxTreeNode) -> tuple[str, list[Part]]:
        return f"[{node.meta['label']}] ", self.of(node.children)

    def _table(self, node: SyntaxTreeNode) -> Iterable[Part]:
        return table_parts(list(_flat(node)), self._people)

    def _hr(self, node: SyntaxTreeNode) -> Iterable[Part]:
        del node
        return [Part(Kind.RULE, (Void("hr"),))]

    def _fence(self, node: SyntaxTreeNode) -> Iterable[Part]:
        return code_parts(node.content, node.info)

    def _code_block(self, node: SyntaxTreeNode) -> Iterable[Part]:
        return code_parts(node.content, "")

    def _definition(self, node: SyntaxTreeNode) -> Iterable[Part]:
        """A link's target that stands apart; shown where no link carries it."""
        if node.token is None or id(node.token) in self._silent:
            return []
        words = [f"[{node.meta['label']}]: {node.meta['url']}", node.meta["title"]]
        return [Part(Kind.TEXT, (Text(" ".join(filter(None, words))),))]


def _flat(node: SyntaxTreeNode) -> Iterator[Token]:
    """The tokens of a block as they were parsed."""
    if node.nester_tokens is None:
        yield from (node.token,) if node.token else ()
        return
    yield node.nester_tokens.opening
    for child in node.children:
        yield from _flat(child)
    yield node.nester_tokens.closing

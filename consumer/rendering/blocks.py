"""Block tokens to pieces: each block at the top level is one Block, which splitting keeps whole."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from consumer.rendering.code import code_pieces
from consumer.rendering.inlines import inline_pieces
from consumer.rendering.mentions import People
from consumer.rendering.pieces import Close, Open, Piece, Text, Void, html
from consumer.rendering.tables import table_pieces

_HEADINGS = {"h1": ("h1",), "h2": ("h2",), "h3": ("h3",)}
_SMALL_HEADING = ("p", "strong")
"""h4 to h6: not in the subset that every Campfire shows."""
_BOXES = ("☐ ", "☑ ")


@dataclass(frozen=True, slots=True)
class Block:
    """A block at the top level of an answer."""

    pieces: tuple[Piece, ...]
    is_heading: bool = False


def blocks_of(tokens: Sequence[Token], people: People, limit: int) -> list[Block]:
    """The blocks of a document.

    In a block longer than `limit`, which will be cut, ordered lists become numbered paragraphs:
    Campfire drops `start`, and the second part of a list would count from 1 again.
    """
    silent = _silent_definitions(tokens)
    blocks = []
    for group in _top_level(tokens):
        pieces = _Blocks(people, silent, numbered=False).pieces(group)
        if len(html(pieces)) > limit:
            pieces = _Blocks(people, silent, numbered=True).pieces(group)
        if pieces:
            blocks.append(Block(tuple(pieces), is_heading=group[0].type == "heading_open"))
    return blocks


def _top_level(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    starts = [i for i, token in enumerate(tokens) if token.level == 0 and token.nesting >= 0]
    return (tokens[start:end] for start, end in pairwise([*starts, len(tokens)]))


def _silent_definitions(tokens: Sequence[Token]) -> frozenset[int]:
    """The ids of the definition tokens whose target and title a link shows."""
    children = (child for token in tokens for child in token.children or ())
    links = (child for child in children if child.type in ("link_open", "image"))
    used = {normalizeReference(link.meta.get("label", "")) for link in links}
    # The first definition of a label counts, and the others are lost on every link.
    definitions = (token for token in reversed(tokens) if token.type == "definition")
    first = {token.meta["id"]: id(token) for token in definitions}
    return frozenset(token for label, token in first.items() if label in used)


class _Blocks:
    """Walks the tokens of one top-level block."""

    def __init__(self, people: People, silent: frozenset[int], *, numbered: bool) -> None:
        self._people = people
        self._silent = silent
        self._numbered = numbered
        self._counters: list[int | None] = []
        """The next number of each open list; None where Campfire counts, or nobody."""
        self._closing: list[tuple[Piece, ...]] = []
        """What ends each open block."""
        self._lead = ""
        """What is to stand before the next text: an item's number, a footnote's label."""
        self._item_starts = False

    def pieces(self, tokens: Sequence[Token]) -> list[Piece]:
        """The pieces of a block."""
        pieces: list[Piece] = []
        at = 0
        while at < len(tokens):
            size = _table_size(tokens, at)
            if size:
                pieces += [*self._flush(), *table_pieces(tokens[at : at + size], self._people)]
            else:
                pieces += self._pieces(tokens[at])
            at += size or 1
        return pieces

    def _pieces(self, token: Token) -> Iterable[Piece]:
        if token.nesting == -1:
            return self._close(token)
        kind = token.type.removesuffix("_open")
        handler: Callable[[Token], Iterable[Piece]] = getattr(self, f"_{kind}", self._unknown)
        return handler(token)

    def _unknown(self, token: Token) -> Iterable[Piece]:
        """A block that a later release brings: its text, rather than nothing."""
        text = (Open("p"), Text(token.content), Close("p")) if token.content else ()
        return (*self._flush(), *text, *(self._opened("div") if token.nesting else ()))

    def _close(self, token: Token) -> Iterable[Piece]:
        if token.type in ("bullet_list_close", "ordered_list_close"):
            self._counters.pop()
        return (*self._flush(), *self._closing.pop())

    def _opened(self, *tags: str) -> Iterable[Piece]:
        self._closing.append(tuple(Close(tag) for tag in reversed(tags)))
        return [Open(tag) for tag in tags]

    def _flush(self) -> Iterable[Piece]:
        """A number or label whose block has no text of its own to stand before."""
        lead, self._lead = self._lead, ""
        self._item_starts = False
        return (Open("p"), Text(lead.strip()), Close("p")) if lead else ()

    def _paragraph(self, token: Token) -> Iterable[Piece]:
        if token.hidden and not self._lead:
            return self._opened()
        lead, self._lead = self._lead, ""
        return (*self._opened("p"), *((Text(lead),) if lead else ()))

    def _heading(self, token: Token) -> Iterable[Piece]:
        return (*self._flush(), *self._opened(*_HEADINGS.get(token.tag, _SMALL_HEADING)))

    def _inline(self, token: Token) -> Iterable[Piece]:
        pieces = inline_pieces(token, self._people)
        if self._item_starts and pieces and isinstance(pieces[0], Text):
            pieces[0] = Text(_ticked(pieces[0].text))
        self._item_starts = False
        return pieces

    def _blockquote(self, token: Token) -> Iterable[Piece]:
        del token
        return (*self._flush(), *self._opened("blockquote"))

    def _bullet_list(self, token: Token) -> Iterable[Piece]:
        del token
        lead = tuple(self._flush())
        self._counters.append(None)
        return (*lead, *self._opened("ul"))

    def _ordered_list(self, token: Token) -> Iterable[Piece]:
        lead = tuple(self._flush())
        start = int(token.attrs.get("start", 1))
        counted = self._numbered or start != 1
        self._counters.append(start if counted else None)
        return (*lead, *self._opened(*(() if counted else ("ol",))))

    def _list_item(self, token: Token) -> Iterable[Piece]:
        del token
        self._item_starts = True
        number = self._counters[-1]
        if number is None:
            return self._opened("li")
        self._counters[-1] = number + 1
        self._lead = f"{number}. "
        return self._opened()

    def _footnote_reference(self, token: Token) -> Iterable[Piece]:
        lead = tuple(self._flush())
        self._lead = f"[{token.meta['label']}] "
        return (*lead, *self._opened())

    def _hr(self, token: Token) -> Iterable[Piece]:
        del token
        return (*self._flush(), Void("hr"))

    def _fence(self, token: Token) -> Iterable[Piece]:
        return (*self._flush(), *code_pieces(token.content, token.info))

    def _code_block(self, token: Token) -> Iterable[Piece]:
        return (*self._flush(), *code_pieces(token.content, ""))

    def _definition(self, token: Token) -> Iterable[Piece]:
        """A link's target that stands apart; shown where no link carries it."""
        if id(token) in self._silent:
            return ()
        words = [f"[{token.meta['label']}]: {token.meta['url']}", token.meta["title"]]
        return (*self._flush(), Open("p"), Text(" ".join(filter(None, words))), Close("p"))


def _ticked(text: str) -> str:
    """The text of a list's item, its `[ ]` or `[x]` as a box."""
    mark, rest = text[:4].lower(), text[4:]
    return _BOXES[mark == "[x] "] + rest if mark in ("[ ] ", "[x] ") else text


def _table_size(tokens: Sequence[Token], at: int) -> int:
    """How many tokens the table that starts here has; 0 when none does."""
    if tokens[at].type != "table_open":
        return 0
    level = tokens[at].level
    end = at
    while tokens[end].type != "table_close" or tokens[end].level != level:
        end += 1
    return end - at + 1

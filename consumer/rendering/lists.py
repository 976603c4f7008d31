"""Lists: as Campfire's own where it shows them right, as lines of text where it would not.

Campfire drops an ordered list's `start`, and sets a bullet beside the box of a task.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile

from markdown_it.tree import SyntaxTreeNode

from consumer.rendering.pieces import BREAK, Close, Open, Piece, Text
from consumer.rendering.spacing import Kind, Part

_BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
_INDENTATION = "\N{EM SPACE}"
"""Of a task below a task: HTML folds ordinary blanks."""

Item = tuple[str, list[Part]]
"""What stands before an item's first line, and the item."""


def bullets(tag: str, items: Iterable[Sequence[Piece]]) -> Part:
    """A `ul` or `ol`; tasks among other items keep their box."""
    pieces: list[Piece] = [Open(tag)]
    for item in items:
        pieces += [Open("li"), *_boxed(item), Close("li")]
    return Part(Kind.LIST, (*pieces, Close(tag)))


def numbered(start: int, items: Iterable[list[Part]]) -> Iterator[Item]:
    """The items of an ordered list with the numbers they have."""
    return ((f"{number}. ", item) for number, item in enumerate(items, start))


def tasks_only(node: SyntaxTreeNode) -> bool:
    """Whether every item of a list is a task."""
    return all(_first_text(item)[:4] in _BOXES for item in node.children)


def tasks(
    node: SyntaxTreeNode, parts: Callable[[Sequence[SyntaxTreeNode]], list[Part]], depth: int = 0
) -> Iterator[Item]:
    """The items of a list of tasks, those below each right behind it."""
    for item in node.children:
        below = list(takewhile(_is_tasks, reversed(item.children)))[::-1]
        first, *rest = parts(item.children[: len(item.children) - len(below)])
        yield _INDENTATION * depth, [Part(first.kind, tuple(_boxed(first.pieces))), *rest]
        for inner in below:
            yield from tasks(inner, parts, depth + 1)


def lines(items: Iterable[Item]) -> Iterator[Part]:
    """Items one below the other in one text; what is more than a line of an item stands apart."""
    text: list[Piece] = []
    for lead, item in items:
        own = item[0].pieces if item and item[0].kind is Kind.TEXT else ()
        text += [*([BREAK] if text else []), Text(lead if own else lead.rstrip()), *own]
        if len(item) > bool(own):
            yield Part(Kind.TEXT, tuple(text))
            yield from item[bool(own) :]
            text = []
    if text:
        yield Part(Kind.TEXT, tuple(text))


def _is_tasks(node: SyntaxTreeNode) -> bool:
    return node.type == "bullet_list" and tasks_only(node)


def _boxed(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """An item that begins with `[ ]` or `[x]`, with a box in its place."""
    for number, piece in enumerate(pieces):
        box = _BOXES.get(piece.text[:4]) if number == 0 and isinstance(piece, Text) else None
        yield Text(box + piece.text[4:]) if box and isinstance(piece, Text) else piece


def _first_text(item: SyntaxTreeNode) -> str:
    """The text that an item begins with; empty where it begins with something else."""
    if not item.children or item.children[0].type != "paragraph":
        return ""
    inline = item.children[0].children[0].token
    return inline.children[0].content if inline and inline.children else ""

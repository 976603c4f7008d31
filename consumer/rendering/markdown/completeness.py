"""Rules that keep what markdown-it drops: too deep nesting, and a table row's surplus cells."""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import escapedSplit, getLine, table
from markdown_it.token import Token

MAX_DEPTH = 16
"""Levels of blocks (a quote is one, a list two). From markdown.MAX_NESTING on, markdown-it drops
the text; a room shows three or four."""
_INTERRUPTS = ["paragraph", "reference"]


def complete(parser: MarkdownIt) -> None:
    """Add the rules to a parser that has tables enabled."""
    parser.block.ruler.at("table", _table_with_surplus, {"alt": _INTERRUPTS})
    parser.block.ruler.before("table", "too_deep", _too_deep)


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take what is nested deeper than MAX_DEPTH for one paragraph, markup and all."""
    if silent or state.level < MAX_DEPTH:
        return False
    line = start
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    state.push("paragraph_open", "p", 1)
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(start, line, state.blkIndent, False).strip()
    inline.children = []
    state.push("paragraph_close", "p", -1)
    state.line = line
    return True


def _table_with_surplus(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a table, and put the cells beyond the header's into their row's last one.

    GitHub ignores them; models write them whenever a cell holds a `|`, in code above all.
    """
    first = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    cells: list[Token] = []
    for token in state.tokens[first:]:
        if token.type == "tr_open":
            row, cells = token, []
        elif token.type == "inline":
            cells.append(token)
        elif token.type == "tr_close" and row.map:
            written = _cells(getLine(state, row.map[0]))
            cells[-1].content = " | ".join(written[len(cells) - 1 :])
    return True


def _cells(line: str) -> list[str]:
    cells = escapedSplit(line.strip())
    if cells and cells[0] == "":
        cells.pop(0)
    if cells and cells[-1] == "":
        cells.pop()
    return [cell.strip() for cell in cells]

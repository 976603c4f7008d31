"""What of a turn's words is its answer, and what only narrates the work. Pure.

A passage is what the model says between two tool calls, however many messages it comes in.
"""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt

NARRATION = 200
"""Characters: a shorter passage before a tool call, of plain sentences, is narration."""
STRUCTURE = frozenset(
    {
        *("bullet_list_open", "ordered_list_open", "table_open", "heading_open"),
        *("fence", "code_block"),
    }
)
_MARKDOWN = MarkdownIt("commonmark").enable("table")


def answer_text(passages: Sequence[str]) -> str:
    """The answer, in order: of the passages before a tool call those that are no narration, and
    the last one whatever it is. What is said twice stands once, where it was said last."""
    *before, last = [passage.strip() for passage in passages] or [""]
    kept = [passage for passage in before if not is_narration(passage)]
    return "\n\n".join(_once([*kept, last] if last else kept))


def is_narration(passage: str) -> bool:
    """Whether it only tells what comes next: short, and no list, table, heading or code."""
    text = passage.strip()
    if len(text) > NARRATION:
        return False
    return not any(token.type in STRUCTURE for token in _MARKDOWN.parse(text))


def _once(passages: Sequence[str]) -> Iterator[str]:
    """Without those that another one repeats whole; a mere "Done" is no repetition."""
    plain = [" ".join(passage.split()) for passage in passages]
    for index, passage in enumerate(passages):
        said = plain[index]
        again = any(said in later for later in plain[index + 1 :])
        before = any(said in earlier and said != earlier for earlier in plain[:index])
        if not again and (not before or is_narration(passage)):
            yield passage

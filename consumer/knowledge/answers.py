"""What the tools tell the model: others' words within the turn's boundary, ours outside. Pure."""

from collections.abc import Sequence

from consumer.boundary import Boundary
from consumer.knowledge.library import Passage

CITE = (
    'Say in your answer where each fact comes from, in the form that stands behind "cite as": '
    "file and heading. What the documents do not say, do not give as theirs."
)
NOTHING = (
    "Nothing in the knowledge folder has these words. Try others: fewer, more general ones, "
    "or the language that the documents are written in."
)
NOT_YET = "files are still being taken in: what is missing may be found in a few minutes."
MOST_CONTENTS = 200
"""Lines of a table of contents."""


def found(passages: Sequence[Passage], to_do: int, boundary: Boundary) -> str:
    """What a search gives, while so many files are still to be taken in."""
    missing = f" {to_do} {NOT_YET}" if to_do else ""
    if not passages:
        return f"{NOTHING}{missing}"
    listed = "\n\n".join(f"{_head(passage)}\n{passage.text}" for passage in passages)
    return f"{len(passages)} sections, the best first. {CITE}{missing}\n{boundary.block(listed)}"


def text_of(passages: Sequence[Passage], sections: int, boundary: Boundary) -> str:
    """What reading gives; `sections` is how many the document has."""
    first, last = passages[0].number, passages[-1].number
    told = f"Sections {first} to {last} of {sections}."
    if last < sections:
        told += f" It goes on with section {last + 1}."
    listed = "\n\n".join(f"{_head(passage)}\n{passage.text}" for passage in passages)
    return f"{told} {CITE}\n{boundary.block(listed)}"


def contents_of(passages: Sequence[Passage], boundary: Boundary) -> str:
    """The list of a document's sections."""
    lines = [
        f"section {passage.number}: {_citation(passage)}" for passage in passages[:MOST_CONTENTS]
    ]
    more = len(passages) - len(lines)
    told = f"{len(passages)} sections" + (f", {more} of them not listed" if more else "")
    return f"{told}. Read one by its number.\n{boundary.block(chr(10).join(lines))}"


def _head(passage: Passage) -> str:
    return f"file: {passage.file} | section: {passage.number} | cite as: {_citation(passage)}"


def _citation(passage: Passage) -> str:
    return f"({passage.file}, {passage.headings})" if passage.headings else f"({passage.file})"

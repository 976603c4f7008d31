"""HTML pages: what is read of them, cut at their headings."""

from io import BytesIO

from selectolax.lexbor import LexborHTMLParser, LexborNode

from consumer.documents.charset import named_in_page
from consumer.documents.formats.text import decoded
from consumer.documents.outline import Outline
from consumer.documents.section import Section

UNSEEN = ["script", "style", "template", "noscript", "svg", "nav", "head", "iframe", "object"]
HEADINGS = {f"h{level}": level for level in range(1, 7)}
APART = frozenset(
    {"p", "div", "section", "article", "main", "header", "footer", "aside", "ul", "ol", "dl"}
    | {"table", "blockquote", "pre", "figure", "form", "details", "hr", *HEADINGS}
)
LINES = frozenset({"li", "tr", "dt", "dd", "br", "option", "summary", "figcaption"})
CELLS = frozenset({"td", "th"})
BLOCKS = APART | LINES | CELLS
TEXT = "-text"
DEEPEST = 50
"""Tags around a text that are looked at."""


def sections(file: BytesIO) -> list[Section]:
    """A section for each heading."""
    data = file.getvalue()
    page = LexborHTMLParser(decoded(data, named_in_page(data)))
    page.strip_tags(UNSEEN)
    reading = _Reading()
    if page.body is not None:
        for node in page.body.traverse(include_text=True):  # no recursion: pages nest deeply
            reading.take(node)
    return reading.sections()


class _Reading:
    """What was read so far of a page."""

    def __init__(self) -> None:
        self._outline = Outline()
        self._words: list[str] = []
        self._block = 0

    def take(self, node: LexborNode) -> None:
        """The next node, in the page's order."""
        tag = node.tag or ""
        if tag == TEXT:
            self._take_text(node)
        elif tag in HEADINGS:
            self._flush()
            self._outline.heading(HEADINGS[tag], node.text(separator=" "))
        elif tag in APART:
            self._flush()
        elif tag in LINES:
            self._words.append("\n")
        elif tag in CELLS:
            self._words.append(" | ")

    def sections(self) -> list[Section]:
        """All of them."""
        self._flush()
        return self._outline.sections()

    def _take_text(self, node: LexborNode) -> None:
        block = _block_around(node)
        if block is not None and block.tag in HEADINGS:
            return
        block_id = 0 if block is None else block.mem_id
        if block_id != self._block and (block is None or block.tag not in CELLS):
            self._words.append("\n")
        self._block = block_id
        self._words.append(node.text_content or "")

    def _flush(self) -> None:
        lines = (" ".join(line.split()) for line in "".join(self._words).split("\n"))
        self._outline.paragraph("\n".join(line.removeprefix("| ") for line in lines if line))
        self._words.clear()


def _block_around(node: LexborNode) -> LexborNode | None:
    above = node.parent
    for _ in range(DEEPEST):
        if above is None or above.tag in BLOCKS:
            return above
        above = above.parent
    return None

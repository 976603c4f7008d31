"""Markdown documents made by hypothesis, each with the words a reader must find again, in order."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

WORDS = st.one_of(
    st.text("abcdefghijklmnopqrstuvwxyzäöüßéñ", min_size=4, max_size=9),
    st.text("的一是不了人我在有他这中大来上国说吗呢", min_size=2, max_size=6),
    st.text("привет한국어カタカナשלוםمرحبا", min_size=3, max_size=7),
    st.sampled_from(["😀", "👩‍👩‍👧‍👦", "🇩🇪", "✅", "e\u0301tude", "a\u200db"]),
    st.sampled_from(["Zalgo\u0336\u0337", "\u202eabc\u202c"]),
    st.sampled_from(["a<b", "x>y", "AT&T", 'say"hi"', "it's", "C:\\dir", "50%", "$HOME", "f(x)"]),
)  # fmt: skip


@dataclass
class Document:
    """Lines of Markdown; the words in order, and those that may stand anywhere."""

    lines: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    anywhere: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def add(self, other: "Document", first: str = "", rest: str = "") -> None:
        """Take in another one, its lines behind these prefixes."""
        for number, line in enumerate(other.lines):
            self.lines.append(((rest if number else first) + line).rstrip())
        self.words += other.words
        self.anywhere += other.anywhere


def documents(depth: int = 2) -> st.SearchStrategy[Document]:
    """Documents with every kind of block, nested to this depth."""
    return st.lists(blocks(depth), min_size=1, max_size=5).map(_joined)


def blocks(depth: int) -> st.SearchStrategy[Document]:
    simple = [paragraphs(), headings(), fences(), tables(), raw_html(), definitions()]
    if depth == 0:
        return st.one_of(simple)
    nested = documents(depth - 1)
    return st.one_of(*simple, quotes(nested), lists(nested), footnotes(nested))


@st.composite
def inlines(draw: st.DrawFn) -> tuple[str, list[str]]:
    """One line of text with its markup, and the words in it."""
    parts, words = [], []
    for word in draw(st.lists(WORDS, min_size=1, max_size=6)):
        other = draw(WORDS)
        kind = draw(st.sampled_from([*_INLINE_KINDS, "{w}", "{w}", "{w}"]))
        parts.append(kind.format(w=word, o=other))
        words += [part for part in _order(kind, word, other) if part]
    return " ".join(parts), words


_INLINE_KINDS = [
    "**{w}**", "*{w}*", "~~{w}~~", "`{w}`", "***{w}***", "[{w}](https://e.org/p)",
    '[{w}](https://e.org "title {o}")', "![{w}](https://e.org/i.png)", "[{w}](javascript:alert(1))",
    "[{w}](docs/file.md)", "<b>{w}</b>", "<script>{w}</script>", "<!-- {w} -->", "<x-y {w}>",
    "[![{w}](http://a.b/c)](http://d.e)", "[{w}][undefined]", "{w}<br>{o}", "@{w}",
    "![{w}](data:image/png;base64,AAAA)", "<https://e.org/{w}>",
]  # fmt: skip


def _order(kind: str, word: str, other: str) -> list[str]:
    # A quote or a bracket would end a title, a backslash escapes what follows.
    hurt = '"' in other or "\\" in other
    if hurt and '{o}"' in kind:
        return [word]
    if kind.startswith("<https:") and not word.isalnum():
        return []  # percent-encoded, or no link at all
    return [word, other if "{o}" in kind else ""]


@st.composite
def paragraphs(draw: st.DrawFn) -> Document:
    found = draw(st.lists(inlines(), min_size=1, max_size=3))
    # A word first, so that no line happens to start a block.
    lines = [f"word{number} {text}" for number, (text, _) in enumerate(found)]
    words = [w for number, (_, found_words) in enumerate(found)
             for w in (f"word{number}", *found_words)]  # fmt: skip
    return Document(lines, words)


@st.composite
def headings(draw: st.DrawFn) -> Document:
    text, words = draw(inlines())
    return Document([f"{'#' * draw(st.integers(1, 6))} Title {text}"], ["Title", *words])


@st.composite
def fences(draw: st.DrawFn) -> Document:
    info = draw(st.sampled_from(["", "python", "c++", "yaml", "js app.js", "{r, echo=FALSE}"]))
    found = draw(st.lists(st.lists(WORDS, max_size=5), max_size=6))
    indent = " " * draw(st.integers(0, 8))
    lines = [f"{indent}{' '.join(words)}" if words else "" for words in found]
    words = [info.partition(" ")[2]] if info.startswith("js") else [info] * info.startswith("{")
    return Document(["~~~~ " + info, *lines, "~~~~"], [*words, *(w for ws in found for w in ws)])


@st.composite
def tables(draw: st.DrawFn) -> Document:
    columns = draw(st.integers(1, 5))
    cell = inlines().filter(lambda found: "|" not in found[0])
    header = draw(st.lists(cell, min_size=columns, max_size=columns))
    rows = draw(st.lists(st.lists(cell, min_size=1, max_size=columns + 2), max_size=4))
    rule = "|".join(draw(st.lists(st.sampled_from(["---", ":--", "--:", ":-:"]),
                                  min_size=columns, max_size=columns)))  # fmt: skip
    lines = [_row(header), f"|{rule}|", *map(_row, rows)]
    words = [w for row in rows for _, found in row for w in found]
    return Document(lines, words, [w for _, found in header for w in found])


def _row(cells: list[tuple[str, list[str]]]) -> str:
    # A backslash before the bar would escape it.
    return "| " + " | ".join(text for text, _ in cells) + " |"


@st.composite
def raw_html(draw: st.DrawFn) -> Document:
    word = draw(WORDS)
    tag = draw(st.sampled_from(["div", "table", "script", "details", "svg", "!--", "style", "img"]))
    return Document(
        [f"<{tag} onclick='{word}'>", word, f"</{tag}>"], [f"<{tag}", word, f"</{tag}>"]
    )


@st.composite
def definitions(draw: st.DrawFn) -> Document:
    word = draw(st.text("abcdefgh", min_size=6, max_size=9))
    text = draw(st.text("qrstuvwx", min_size=6, max_size=9))
    if draw(st.booleans()):
        lines = [f"See [{text}][{word}].", "", f'[{word}]: https://{word}.example "Title {text}"']
        return Document(lines, ["See"], [text, "Title"])
    return Document([f"[{word}]: <{text}> '{text}'"], [], [word, text])


@st.composite
def quotes(draw: st.DrawFn, nested: st.SearchStrategy[Document]) -> Document:
    quote = Document()
    quote.add(draw(nested), "> ", "> ")
    return quote


@st.composite
def lists(draw: st.DrawFn, nested: st.SearchStrategy[Document]) -> Document:
    items = draw(st.lists(nested, min_size=1, max_size=4))
    start = draw(st.sampled_from([0, 1, 1, 7, 98]))
    mark = draw(st.sampled_from(["-", "*", "- [ ]", "- [x]", "1."]))
    whole = Document()
    for number, item in enumerate(items, start):
        marker = f"{number}." if mark == "1." else mark
        bullet = marker.partition(" ")[0]
        whole.add(item, f"{marker} ", " " * (len(bullet) + 1))
        if draw(st.booleans()):
            whole.lines.append("")
    return whole


@st.composite
def footnotes(draw: st.DrawFn, nested: st.SearchStrategy[Document]) -> Document:
    label = draw(st.text("abcdefgh", min_size=4, max_size=9))
    note = Document([f"Noted[^{label}]", ""], ["Noted", label])
    note.add(draw(nested), f"[^{label}]: ", "    ")
    # At the end of an answer, where it is a footnote of the whole.
    return Document(note.lines, ["Noted"], [*note.words[1:], *note.anywhere])


def _joined(parts: list[Document]) -> Document:
    whole = Document()
    for part in parts:
        whole.add(part)
        whole.lines.append("")
    return whole

"""Text within a block: emphasis, code, links, pictures and mentions, as pieces or as plain text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from consumer.mentions.people import People
from consumer.rendering.links import live_href, shown_target
from consumer.rendering.mentions import with_mentions
from consumer.rendering.pieces import BREAK, Close, Open, Piece, Text

_TAGS = {"strong": "strong", "em": "em", "s": "del"}
MAX_DEPTH = 8
"""Emphasis within emphasis; deeper it is text alone, so that reopening tags stays cheap."""
_PLAIN = {"softbreak": " ", "hardbreak": " ", "s_open": "~~", "s_close": "~~"}


def inline_pieces(tokens: Sequence[Token], people: People) -> list[Piece]:
    """The pieces of what an `inline` token holds."""
    return list(_Inline(people).pieces(tokens))


def plain_text(token: Token) -> str:
    """The words of an `inline` token on one line, for where markup cannot go."""
    return "".join(_plain(token.children or ()))


def has_link(token: Token) -> bool:
    """Whether there is something in it to click."""
    return any(child.type in ("link_open", "image") for child in token.children or ())


@dataclass(slots=True)
class _Inline:
    people: People
    _open: list[str | None] = field(default_factory=list)
    """Tags that are open; None for one that is not written."""
    _link: Token | None = None
    _shown: str = ""
    """What the open link shows so far."""

    def pieces(self, tokens: Iterable[Token]) -> Iterator[Piece]:
        for token in tokens:
            yield from self._pieces(token)

    def _pieces(self, token: Token) -> Iterator[Piece]:
        match token.type:
            case "text":
                yield from self._text(token.content)
            case "softbreak" | "hardbreak":
                yield BREAK  # who writes a new line in a chat means one
            case "code_inline":
                self._shown += token.content
                yield from (Open("code"), Text(token.content), Close("code"))
            case "image":
                yield from self._image(token)
            case "link_open":
                yield from self._open_link(token)
            case "link_close":
                yield from self._close_link()
            case _:
                yield from self._other(token)

    def _other(self, token: Token) -> Iterator[Piece]:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if token.type == "footnote_ref":
            yield from self._text(f"[{token.meta['label']}]")
        elif name not in _TAGS:
            yield from self._text(token.content)
        elif token.nesting == 1:
            tag = _TAGS[name] if len(self._open) < MAX_DEPTH else None
            self._open.append(tag)
            yield from (Open(tag),) if tag else ()
        else:
            tag = self._open.pop()
            yield from (Close(tag),) if tag else ()

    def _text(self, text: str) -> Iterator[Piece]:
        self._shown += text
        if self._link is None:
            yield from with_mentions(text, self.people)
        else:
            yield Text(text)

    def _open_link(self, token: Token) -> Iterator[Piece]:
        self._link, self._shown = token, ""
        href = live_href(str(token.attrs["href"]))
        if href:
            yield Open("a", (("href", href),))

    def _close_link(self) -> Iterator[Piece]:
        token, self._link = self._link, None
        if token is None:
            return
        target = str(token.attrs["href"])
        live = live_href(target)
        if live and not self._shown.strip():
            yield Text(target)
        if live:
            yield Close("a")
        yield from _addition(self._shown, "" if live else shown_target(target), token)

    def _image(self, token: Token) -> Iterator[Piece]:
        """A picture as a link to it: Campfire drops `img`, and a link holds no other link."""
        target, alt = str(token.attrs["src"]), "".join(_plain(token.children or ()))
        live = None if self._link else live_href(target)
        label = alt.strip() or shown_target(target)
        self._shown += label
        if live:
            yield from (Open("a", (("href", live),)), Text(label), Close("a"))
        else:
            yield Text(label)
        yield from _addition(label, "" if live else shown_target(target), token)


def _addition(shown: str, target: str, token: Token) -> Iterator[Piece]:
    """A dead target and a title, in brackets behind the link, unless the link shows them."""
    title = str(token.attrs.get("title", ""))
    missing = [words for words in (target, title) if words and words != shown]
    if missing:
        yield Text((" " if shown else "") + f"({', '.join(missing)})")


def _plain(tokens: Sequence[Token]) -> Iterator[str]:
    targets: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            targets.append(_bracketed(str(token.attrs["href"]), token))
        elif token.type == "link_close":
            yield targets.pop()
        elif token.type == "image":
            yield from _plain(token.children or ())
            yield _bracketed(str(token.attrs["src"]), token)
        elif token.type == "footnote_ref":
            yield f"[{token.meta['label']}]"
        else:
            yield _PLAIN.get(token.type, token.content)


def _bracketed(target: str, token: Token) -> str:
    if token.markup == "autolink":
        return ""
    title = str(token.attrs.get("title", ""))
    return f" ({', '.join(words for words in (shown_target(target), title) if words)})"

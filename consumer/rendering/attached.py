"""Links and pictures of files that are posted with the answer: their words stay, the path goes.

To a reader a path of the agent's own disk means nothing, and the file itself stands below.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import unquote

from markdown_it.token import Token

from consumer.outbox.folder import OUTBOX
from consumer.rendering.inlines import plain_text

_ELSEWHERE = re.compile(r"(?:https?|mailto|data):|//", re.IGNORECASE)


def without_attached(tokens: Sequence[Token], files: Collection[str]) -> Sequence[Token]:
    """The tokens of a document, changed in place: what links one of `files`, by name, is text."""
    for token in tokens if files else ():
        if token.children:
            token.children = list(_plain(token.children, files))
    return tokens


def _plain(tokens: Sequence[Token], files: Collection[str]) -> Iterator[Token]:
    links: list[Token | None] = []
    """Those that are open; None for one that stays."""
    shown = False
    for token in tokens:
        if token.type == "link_open":
            links.append(token if _file(token, "href", files) else None)
            shown = False
            yield from () if links[-1] else (token,)
        elif token.type == "link_close":
            link = links.pop()
            yield _words("" if shown else _file(link, "href", files), link) if link else token
        else:
            shown = True
            name = _file(token, "src", files) if token.type == "image" else None
            yield _words(plain_text(token).strip() or name, token) if name else token


def _file(token: Token, attribute: str, files: Collection[str]) -> str | None:
    """The name of the file that a link or picture points to; None where it is none of them."""
    target = str(token.attrs[attribute])
    if _ELSEWHERE.match(target):
        return None
    *folders, name = unquote(target).split("/")
    return name if name in files and (not folders or OUTBOX in folders) else None


def _words(label: str | None, token: Token) -> Token:
    """What a reader sees of it: its label and its title."""
    title = f" ({token.attrs['title']})" if token.attrs.get("title") else ""
    return Token("text", "", 0, content=(label or "") + title)

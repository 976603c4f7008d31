"""Code blocks: `<pre>` with its language where Campfire's highlighter looks for it."""

import re
from collections.abc import Iterator

from consumer.rendering.pieces import Close, Open, Piece, Text

_LANGUAGE = re.compile(r"[\w+#.-]{1,30}", re.ASCII)
_ALIASES = {"sh": "bash", "shell": "bash", "zsh": "bash", "py": "python", "js": "javascript"}
_ALIASES |= {"jsx": "javascript", "ts": "javascript", "typescript": "javascript", "html": "xml"}
_ALIASES |= {"rb": "ruby", "rs": "rust", "golang": "go", "patch": "diff"}
"""To the languages that Campfire colours (docs/campfire.md, "What is shown")."""


def code_pieces(code: str, info: str) -> Iterator[Piece]:
    """A block of code; `info` is what stood behind the fence.

    Only text stands in the `pre`: Campfire's main does not colour one with elements in it
    (message_formatter.js). Rails' filter drops data-language and keeps the class, the Lexxy
    branch reads data-language.
    """
    language, rest = _language(info)
    if rest:
        yield from (Open("p"), Text(rest), Close("p"))
    yield Open("pre", _attributes(language))
    # HTML drops a newline right behind <pre>: leading blank lines would go one at a time.
    yield Text(code.strip("\n"))
    yield Close("pre")


def _language(info: str) -> tuple[str, str]:
    """The language, and what else the fence says (a file's name, say), which is shown."""
    first, _, rest = info.strip().partition(" ")
    return (first, rest.strip()) if _LANGUAGE.fullmatch(first) else ("", info.strip())


def _attributes(language: str) -> tuple[tuple[str, str], ...]:
    if not language:
        return ()
    name = _ALIASES.get(language.lower(), language.lower())
    return (("class", f"language-{name}"), ("data-language", name))

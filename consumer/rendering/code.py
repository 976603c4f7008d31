"""Code blocks: `<pre>` with its language where Campfire's highlighter looks for it."""

import re
from collections.abc import Iterator

from consumer.rendering.pieces import Close, Open, Text
from consumer.rendering.spacing import Kind, Part

_LANGUAGE = re.compile(r"[\w+#.-]{1,30}", re.ASCII)
_COLOURED = frozenset("bash css diff go java javascript json python ruby rust sql xml".split())  # noqa: SIM905
"""The languages that Campfire's highlighter knows: docs/campfire.md."""
_ALIASES = {"sh": "bash", "shell": "bash", "zsh": "bash", "py": "python", "js": "javascript"}
_ALIASES |= {"jsx": "javascript", "ts": "javascript", "tsx": "javascript", "jsonc": "json"}
_ALIASES |= {"typescript": "javascript", "html": "xml", "svg": "xml", "rb": "ruby", "rs": "rust"}
_ALIASES |= {"golang": "go", "patch": "diff", "python3": "python", "mjs": "javascript"}
NOT_CODE = (("class", "nohighlight"),)
"""Or Campfire guesses a language, and colours the words of a text at random."""


def code_parts(code: str, info: str) -> Iterator[Part]:
    """A block of code; `info` is what stood behind the fence.

    Only text stands in the `pre`: Campfire colours none with elements in it, and draws a box round
    every line where it holds a `code`.
    """
    language, rest = _language(info)
    if rest:
        yield Part(Kind.HEADING, (Text(rest),))
    # HTML drops a newline right behind <pre>: leading blank lines would go one at a time.
    pieces = (Open("pre", _attributes(language)), Text(code.strip("\n")), Close("pre"))
    yield Part(Kind.CODE, pieces)


def _language(info: str) -> tuple[str, str]:
    """The language, and what else the fence says (a file's name, say), which is shown."""
    first, _, rest = info.strip().partition(" ")
    return (first, rest.strip()) if _LANGUAGE.fullmatch(first) else ("", info.strip())


def _attributes(language: str) -> tuple[tuple[str, str], ...]:
    name = _ALIASES.get(language.lower(), language.lower())
    return (("class", f"language-{name}"),) if name in _COLOURED else NOT_CODE

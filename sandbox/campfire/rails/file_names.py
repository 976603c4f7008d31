"""How Campfire names a file that was posted: by Rack's rules for the header, then Rails' own."""

import re
from urllib.parse import unquote

_ESCAPED = re.compile(r"\\(.)")
_EXTENDED = re.compile(r"filename\*=utf-8'[^']*'([^;\s]+)", re.IGNORECASE)
_NOT_KEPT = str.maketrans(dict.fromkeys('\u202e%$|:;/<>?*"\t\r\n\\', "-"))


def stored_name(given: str, disposition: str = "") -> str:
    """The name as it is stored: no path, no character that a file system may refuse (a112-a122).

    `given` is `filename` in the part's header, without its outer quotes; `disposition` is the
    whole header, where a `filename*` wins.
    """
    extended = _EXTENDED.search(disposition)
    name = unquote(extended[1] if extended else _ESCAPED.sub(r"\1", given))
    return re.split(r"[/\\]", name)[-1].strip().translate(_NOT_KEPT)

"""How Campfire names a file that was posted: by Rack's rules for the header, then Rails' own."""

import re
from urllib.parse import unquote

_ESCAPED = re.compile(r"\\(.)")
_NOT_KEPT = str.maketrans(dict.fromkeys('\u202e%$|:;/<>?*"\t\r\n\\', "-"))


def stored_name(given: str) -> str:
    """The name as it is stored: no path, no character that a file system may refuse (a112-a122).

    `given` is what stands in the part's header, without its outer quotes.
    """
    name = unquote(_ESCAPED.sub(r"\1", given))
    return re.split(r"[/\\]", name)[-1].strip().translate(_NOT_KEPT)

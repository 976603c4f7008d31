"""Other people's words in a prompt: whatever they write, they cannot imitate a mark of ours. Pure.

A mark of ours is a line that begins with `[date:`, `[room:`, `[from:`, `[talk:` or `[a direct …`.
"""

import re
import unicodedata

LONGEST_NAME = 60
_MARK = re.compile(r"\[\s*(?:(?:date|room|from|talk)\s*:|a\s*direct\s*conversation)", re.IGNORECASE)
_REMINDER = re.compile(r"<(?=\s*/?\s*system-reminder)", re.IGNORECASE)
"""The CLI's own words to its model stand between such tags."""
_NOT_IN_A_NAME = re.compile(r"[\[\]<>:]")
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})


def whole(text: str) -> str:
    """Somebody's message, line by line as it was written, but for lines that look like ours."""
    return "\n".join(map(_unmarked, _untagged(text).splitlines())).strip()


def one_line(text: str, longest: int) -> str:
    """A message on one line, its line breaks as ⏎, cut to about `longest` characters."""
    lines = (" ".join(line.split()) for line in _untagged(text).splitlines())
    joined = " ⏎ ".join(line for line in lines if line)
    return joined if len(joined) <= longest else joined[:longest].rstrip() + " …(cut)"


def named(name: str, otherwise: str = "somebody") -> str:
    """A name that ends where ours says: without line breaks, brackets and colons."""
    shown = " ".join(_NOT_IN_A_NAME.sub(" ", unicodedata.normalize("NFKC", name)).split())
    return shown[:LONGEST_NAME].rstrip() or otherwise


def _untagged(text: str) -> str:
    return _REMINDER.sub("‹", text)


def _unmarked(line: str) -> str:
    """The line, its bracket escaped where a model could take it for a mark."""
    if not _MARK.match(_as_read(line)):
        return line
    return "\\" + line


def _as_read(line: str) -> str:
    """What a reader sees at its beginning: without what is invisible, wide letters as narrow."""
    folded = unicodedata.normalize("NFKC", line[:200])
    return "".join(sign for sign in folded if unicodedata.category(sign) not in _INVISIBLE)

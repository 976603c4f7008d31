"""Bytes as text, by what they were said to be or by what they are. Pure."""

import codecs
import re

_BY_MARK = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""By names under which Python takes the mark off."""
_CHARSETS = re.compile(
    r"utf-8|utf-16(-le|-be)?|ascii|iso8859-[0-9]+|cp[0-9]{3,4}|koi8-[ru]|mac-roman"
    r"|gb2312|gbk|gb18030|big5|euc_jp|euc_kr|shift_jis|iso2022_jp"
)
"""Python's names. It knows others that take the square of a text's length, or run its escapes."""
_IN_PAGE = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)
_LOOKED_AT = 4_096
"""Bytes at a page's beginning that may name its charset."""


def by_mark(data: bytes) -> str | None:
    """The charset that a mark at the beginning tells; decoding by its name takes that off."""
    return next((name for mark, name in _BY_MARK.items() if data.startswith(mark)), None)


def named_in_page(data: bytes) -> str:
    """The charset that an HTML page says it is in; empty where it says none that we know."""
    found = _IN_PAGE.search(data[:_LOOKED_AT])
    named = _known(found[1].decode("ascii", "replace")) if found else None
    if named is not None and named.startswith("utf-16"):
        return "utf-8"  # or its name could not have been found (HTML's standard says so too)
    return named or ""


def decoded(data: bytes, charset: str = "", *, cut: bool = False) -> str:
    """The text, what does not fit as �; where no charset is known, UTF-8 or else Windows' Latin.

    `cut`: it may end within a sign.
    """
    if named := by_mark(data) or _known(charset):
        return data.decode(named, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        within_last = cut and error.start >= len(data) - 3
        return data.decode("utf-8" if within_last else "cp1252", "replace")


def _known(charset: str) -> str | None:
    try:
        name = codecs.lookup(charset.strip(" \"'")).name
    except (LookupError, ValueError):
        return None
    return ("cp1252" if name == "iso8859-1" else name) if _CHARSETS.fullmatch(name) else None

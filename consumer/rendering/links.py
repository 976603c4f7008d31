"""Which targets of links are live: web pages and mail addresses, nothing that runs."""

import re

import mdurl

LONGEST_HREF = 2000
"""Characters; what is longer is shown instead, where a long post can be split in it."""
_LIVE = re.compile(r"(?:https?://[^/?#]|mailto:[^?#])", re.IGNORECASE)
_DATA = re.compile(r"data:([\w.+/-]*)", re.IGNORECASE)
_SHORT_DATA = 100


def live_href(target: str) -> str | None:
    """The target as a safe `href`; None when it is to be shown as text instead."""
    target = target.strip()
    if _LIVE.match(target) is None:
        return None
    href = mdurl.encode(target)
    return href if len(href) <= LONGEST_HREF else None


def shown_target(target: str) -> str:
    """The target as text; of data within a link only what it is and how much."""
    data = _DATA.match(target)
    if data is None or len(target) <= _SHORT_DATA:
        return target
    return f"{data.group(1) or 'text'} data, {len(target) - data.end():,} characters"

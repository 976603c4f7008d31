"""Pages in somebody's browser: they may call no route that takes its right from header or URL.

A browser sends what any page asks of it, to this machine and to its network too, and says so
itself in `Origin` with whatever is more than a plain GET. Nobody else has a reason to send one:
not Campfire, not curl. A page's way in is a signed link (ingress.live).
"""

from fastapi import HTTPException
from fastapi.requests import HTTPConnection


def is_from_a_page(connection: HTTPConnection) -> bool:
    """Whether a page in a browser asks, wherever the page is from (`Origin: null` too)."""
    return "origin" in connection.headers


async def no_page(connection: HTTPConnection) -> None:
    """A dependency of a route: 403 to a page."""
    if is_from_a_page(connection):
        raise HTTPException(403)

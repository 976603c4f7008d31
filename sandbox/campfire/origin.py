"""Who may make the sandbox do things: its own page and programs, not pages from elsewhere."""

from urllib.parse import urlsplit

from starlette.requests import Request


def is_foreign(request: Request) -> bool:
    """Whether a page of another origin sends this: it must not make somebody's agents work."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")

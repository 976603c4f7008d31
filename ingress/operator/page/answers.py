"""What the page answers: HTML with its headers, and the way to another page.

Silence lets only what a GET finds through to a reader: whatever is said stands in a page, and a
POST leads to one.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ingress.operator.page.authentication.cookies import PATH
from ingress.parts import parts_of

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    # Not no-referrer: browsers then say `Origin: null` of our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class ShownInstead(Exception):
    """Not what was asked for, but this answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


async def shown_instead(request: Request, error: Exception) -> Response:
    """The app's handler of ShownInstead."""
    del request
    assert isinstance(error, ShownInstead)  # noqa: S101 - it is registered for nothing else
    return error.answer


def shown(request: Request, template: str, **values: Any) -> Response:
    """The response that shows a page."""
    html = parts_of(request).page.templates.render(template, values)
    return HTMLResponse(html, headers=HEADERS)


def see_other(path: str, **query: object) -> Response:
    """Have the browser open another page of ours."""
    parts = urlsplit(path)
    both = "&".join(filter(None, (parts.query, urlencode(query))))
    target = f"{parts.path}{f'?{both}' if both else ''}"
    return RedirectResponse(target, 303, {"Cache-Control": "no-store"})


def own_path(path: str, otherwise: str = PATH) -> str:
    """The path where it is one of ours, as it comes back from a form."""
    try:
        parts = urlsplit(path if path.isprintable() else "")
    except ValueError:
        return otherwise
    ours = parts.path == PATH or parts.path.startswith(f"{PATH}/")
    return path if ours and not parts.netloc and not parts.scheme else otherwise

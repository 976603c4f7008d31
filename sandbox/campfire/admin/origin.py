"""Who may make the sandbox do things: programs and pages of this machine, not pages from elsewhere.

A page from anywhere may have its own name answered with 127.0.0.1 (DNS rebinding) and then reads
and writes here as its own origin would: so the name that a request calls us by must be ours.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

REFUSAL = "The sandbox answers under the names of this machine only, and to its own page only.\n"


class OwnNames:
    """Refuses with 403 what calls us by another's name, and what another origin's page sends."""

    def __init__(self, app: ASGIApp, *, listening_on: str) -> None:
        self._app = app
        self._listening_on = listening_on

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI call."""
        if scope["type"] == "http" and not self._is_ours(Headers(scope=scope)):
            await PlainTextResponse(REFUSAL, 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_ours(self, headers: Headers) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        if not is_own_name(_name(host), self._listening_on):
            return False
        return origin is None or origin == f"http://{host}"


def is_own_name(name: str, listening_on: str) -> bool:
    """Whether a page can be called by `name` only where it is ours.

    Loopback's names are; where somebody set SANDBOX_HOST, that, and an address where it is every
    address: no foreign page's name is an address.
    """
    if name in ("localhost", listening_on.lower()):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or listening_on in ("0.0.0.0", "::")


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""

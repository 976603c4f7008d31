"""The operator: who may read the service's state and change it over HTTP."""

import re

from fastapi import HTTPException, Request

from ingress.parts import parts_of

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@/\s]+)(?::[0-9]+)?")


async def operator(request: Request) -> None:
    """Lets in who shows the admin token."""
    if not _shows_token(request):
        raise HTTPException(401)


async def reader_of_stats(request: Request) -> None:
    """The same, and under `INGRESS_AUTH=off` whoever calls this machine by its own name."""
    operators = parts_of(request).operators
    if not _shows_token(request) and not operators.shows_stats_to(_called(request)):
        raise HTTPException(401)


def bearer(request: Request) -> str | None:
    """The token that the caller shows."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else None


def _shows_token(request: Request) -> bool:
    return parts_of(request).operators.admits(bearer(request))


def _called(request: Request) -> str:
    """The host name by which we were called; empty when it is none."""
    match = _HOST.fullmatch(request.headers.get("host", ""))
    return match[1].strip("[]").lower() if match else ""

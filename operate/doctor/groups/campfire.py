"""What stands at CAMPFIRE_URL, and why it is not reached where it is not."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from urllib.parse import urlsplit

import httpx

from consumer.campfire.inspection import Kind
from consumer.certificates import trusted
from operate.doctor.finding import Finding, broken, ok, warning

PATIENCE_S = 10.0
CLOCK_S = 60.0
"""What Campfire's clock and ours may differ by: the age of a message is reckoned from both."""


class Hindrance(Enum):
    """Why nothing was answered."""

    NAME = "its name is not known here"
    REFUSED = "nothing listens there"
    SILENT = "it does not answer in time"
    CERTIFICATE = "its certificate is not trusted here"
    NO_TLS = "it speaks no TLS, which https:// asks for"
    OTHER = "the connection breaks"


_MENDS = {
    Hindrance.NAME: "Check the spelling of CAMPFIRE_URL. From a container, use the name of"
    " Campfire's container on a network that both are on.",
    Hindrance.REFUSED: "Check the port in CAMPFIRE_URL, and that Campfire runs. In a container"
    " 127.0.0.1 is the container itself: put both on one network.",
    Hindrance.SILENT: "Look for a firewall between here and Campfire, or another address of it.",
    Hindrance.CERTIFICATE: "Name the file of your own authority in SSL_CERT_FILE, or use the name"
    " that the certificate is for.",
    Hindrance.NO_TLS: "Write http:// into CAMPFIRE_URL, or the port at which it speaks TLS.",
    Hindrance.OTHER: "Open CAMPFIRE_URL by curl from this machine, and set it to what answers.",
}
_KINDS = {
    Kind.OTHER: "Set CAMPFIRE_URL to the address that people open Campfire at.",
    Kind.PROXY: "Start Campfire, or set CAMPFIRE_URL past the proxy, to Campfire itself.",
    Kind.NO_HTTP: "Check the port in CAMPFIRE_URL, and whether it is http or https.",
    Kind.UNREACHABLE: "Check CAMPFIRE_URL, and the network from here to there.",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """What came of one request to its front page."""

    hindrance: Hindrance | None = None
    location: str = ""
    """Where it redirects to: scheme, host and port."""
    clock_s: float | None = None
    """How far its clock is ahead of ours."""


async def contact(url: str, now: datetime) -> Contact:
    """Ask once; never raises for what it answers, or does not."""
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_S, verify=trusted()) as http:
            answer = await http.get(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Contact(_hindrance(error))
    location = answer.headers.get("Location", "") if answer.is_redirect else ""
    return Contact(location=origin(location), clock_s=_ahead(answer, now))


def campfire_findings(url: str, kind: Kind, found: Contact) -> Iterator[Finding]:
    """What is told of it."""
    where = origin(url)
    if found.hindrance is not None:
        yield broken(f"{where}: {found.hindrance.value}", _MENDS[found.hindrance])
    elif kind in (Kind.MAIN, Kind.OLD):
        yield ok(f"{where} is {kind.value}")
        yield from _clock(found.clock_s)
    elif kind in (Kind.OTHER, Kind.REDIRECT) and urlsplit(url).path.strip("/"):
        # As it is copied out of a browser; what stands in it may be a bot's key.
        yield broken(
            f"no Campfire answers at the path below {where} in CAMPFIRE_URL",
            f"Set CAMPFIRE_URL to {where}, without a path.",
        )
    elif kind is Kind.REDIRECT:
        to = found.location or "where it redirects to"
        yield broken(f"{where} redirects elsewhere", f"Set CAMPFIRE_URL to {to}.")
    else:
        yield broken(f"{where} is {kind.value.partition(':')[0]}", _KINDS[kind])


def origin(url: str) -> str:
    """Scheme, host and port: no password, no path."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}" if host else ""


def _clock(ahead_s: float | None) -> Iterator[Finding]:
    if ahead_s is not None and abs(ahead_s) > CLOCK_S:
        yield warning(
            f"its clock is {abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'} ours",
            "Have both machines' clocks set by the network (timedatectl set-ntp true): messages"
            " are answered or passed over by their age.",
        )


def _ahead(answer: httpx.Response, now: datetime) -> float | None:
    try:
        return (parsedate_to_datetime(answer.headers["Date"]) - now).total_seconds()
    except (KeyError, ValueError, TypeError):
        return None  # a server need not say


def _hindrance(error: BaseException) -> Hindrance:
    causes = list(_causes(error))
    for kind, hindrance in (
        (socket.gaierror, Hindrance.NAME),
        (ssl.SSLCertVerificationError, Hindrance.CERTIFICATE),
        (ssl.SSLError, Hindrance.NO_TLS),
        (httpx.TimeoutException, Hindrance.SILENT),
        (httpx.ConnectError, Hindrance.REFUSED),
    ):
        if any(isinstance(cause, kind) for cause in causes):
            return hindrance
    return Hindrance.OTHER


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

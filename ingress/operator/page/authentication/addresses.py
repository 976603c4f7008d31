"""By which name we are called, and whether our own page calls. Pure.

A page of somebody else's whose name was made to point at us (DNS rebinding) sends its own name:
only addresses, `localhost` and the names of OPERATOR_HOSTS are ours.
"""

import re
from collections.abc import Collection, Mapping
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@/\s]+)(?::([0-9]{1,5}))?")


class Called(NamedTuple):
    """A host with its port, where one is named."""

    name: str
    port: str | None


def called(host: str) -> Called | None:
    """What a `Host` header says; None: nothing that makes sense."""
    match = _HOST.fullmatch(host)
    return Called(match[1].strip("[]").lower().rstrip("."), match[2]) if match else None


def is_ours(host: Called | None, named: Collection[str]) -> bool:
    """Whether the page is shown under this name."""
    if host is None:
        return False
    return host.name == "localhost" or host.name in named or _is_address(host.name)


def is_own_page(headers: Mapping[str, str]) -> bool:
    """Whether a page of ours sent this request: what the browser says, never what a form holds.

    Browsers send `Sec-Fetch-Site` to HTTPS and to this machine; where it is absent, `Origin` has to
    be the host and the port that were called: what listens beside us on a machine is somebody else.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    host = called(headers.get("host", ""))
    origin = called(_netloc(headers.get("origin", "")))
    if host is None or origin is None or host.name != origin.name:
        return False
    scheme = urlsplit(headers["origin"]).scheme
    return _port(host, scheme) == _port(origin, scheme)


def comes_from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether somebody else's page led here: a strict cookie then stays at home."""
    return headers.get("sec-fetch-site") in ("cross-site", "same-site")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # no browser says so
        return ""


def _port(host: Called, scheme: str) -> str:
    return host.port or {"https": "443"}.get(scheme, "80")

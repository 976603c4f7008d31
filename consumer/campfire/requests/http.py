"""The one place that talks HTTP to Campfire: one client a process, no redirects, no cookies.

The key stands in the URL, so neither a URL nor aiohttp's own errors ever leave this module: what
is told of an error is its class.
"""

import logging
import re
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode
from urllib.request import getproxies, proxy_bypass

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy

from consumer.campfire.answer import CampfireAnswer
from consumer.campfire.requests.leaving import Body, Leaving, Request, Stale, noted
from consumer.campfire.sent_until import TooLate
from consumer.certificates import trusted
from shared.errors import CampfireError

TIMEOUT_S, UPLOAD_TIMEOUT_S = 10.0, 60.0
"""For each part that is written, and each that is read."""
_CONNECT_S, _PLACE_S = 5.0, 10.0
_MOST_CONNECTIONS, _KEEP_S = 100, 5.0
_MOST_BYTES = 64 * 1024 * 1024
"""Of an answer: a page of 40 messages is below one."""
_KEY = re.compile(r"(/rooms/[0-9]+/)[^/?\s\"'>]*-[^/?\s\"'>]*")
_TALKATIVE = ("aiohttp.client", "aiohttp.internal")


class NoAnswer(CampfireError):
    """The answer did not come; its text is what kind of error it was."""

    def __init__(self, kind: str, *, has_left: bool, is_late: bool = False) -> None:
        super().__init__(kind)
        self.has_left = has_left
        """Whether Campfire may have the request."""
        self.is_late = is_late
        """Campfire has no part in it: see sent_until."""


class Asks(Protocol):
    """Who asks Campfire."""

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, int] | None = None,
        body: bytes | None = None,
        kind: str = "",
        timeout_s: float = TIMEOUT_S,
    ) -> CampfireAnswer | NoAnswer:
        """The answer or the error; given, not raised, so that no context leads to the request."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class Http:
    """Asks it over HTTP, once, also where a method may be repeated."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/")
        self._proxy = proxy_for(self._base)
        self._served = Leaving().served
        self._opened: aiohttp.ClientSession | None = None
        for name in _TALKATIVE:
            logging.getLogger(name).addFilter(mask_keys)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            await self._opened.close()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, int] | None = None,
        body: bytes | None = None,
        kind: str = "",
        timeout_s: float = TIMEOUT_S,
    ) -> CampfireAnswer | NoAnswer:
        """See Asks; `kind`: the body's media type."""
        url = f"{self._base}{path}{'?' if params else ''}{urlencode(params or {})}"
        data = None if body is None else Body(body, kind=kind, part_s=timeout_s)
        while True:
            leaving = Leaving(self._served)
            try:
                with noted(leaving):
                    return await self._answer(method, url, data, timeout_s)
            except Stale:
                continue  # on another connection: aiohttp has closed this one
            except TooLate as error:
                kind_of_error = type(error).__name__
            except (aiohttp.ClientError, OSError) as error:
                kind_of_error = type(error).__name__
            return NoAnswer(kind_of_error, has_left=leaving.has_left, is_late=leaving.is_late)

    async def _answer(
        self, method: str, url: str, data: Body | None, timeout_s: float
    ) -> CampfireAnswer:
        timeout = aiohttp.ClientTimeout(
            total=None, connect=_PLACE_S, sock_connect=_CONNECT_S, sock_read=timeout_s
        )
        asking = self._session().request(
            method, url, data=data, proxy=self._proxy, allow_redirects=False, timeout=timeout
        )
        async with asking as answer:
            return CampfireAnswer(answer.status, _joined(answer.headers), await _bounded(answer))

    def _session(self) -> aiohttp.ClientSession:
        """Made when a loop runs."""
        if self._opened is None:
            is_tls = self._base.startswith("https:")
            connector = aiohttp.TCPConnector(
                limit=_MOST_CONNECTIONS,
                keepalive_timeout=_KEEP_S,
                use_dns_cache=False,
                ssl=trusted() if is_tls else True,
            )
            self._opened = aiohttp.ClientSession(
                connector=connector,
                # A session cookie would win over the key, and then CSRF protection applies.
                cookie_jar=aiohttp.DummyCookieJar(),
                request_class=Request,
            )
        return self._opened


def proxy_for(base_url: str) -> str | None:
    """Which proxy the environment names for it: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY.

    aiohttp would read it, and a file of passwords, in two threads before each request.
    """
    scheme, _, rest = base_url.partition("://")
    known = getproxies()
    found = known.get(scheme.lower()) or known.get("all")
    if not found or proxy_bypass(rest.partition("/")[0].rpartition("@")[2]):
        return None
    return found if "://" in found else f"http://{found}"


def mask_keys(record: logging.LogRecord) -> bool:
    """A logging filter: what aiohttp says of a request may tell its URL."""
    record.msg, record.args = _KEY.sub(r"\1(key)", record.getMessage()), ()
    return True


def _joined(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    return CIMultiDict({name: ", ".join(headers.getall(name)) for name in headers})


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    parts, size = list[bytes](), 0
    async for part in answer.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > _MOST_BYTES:
            raise aiohttp.ClientPayloadError
    return b"".join(parts)

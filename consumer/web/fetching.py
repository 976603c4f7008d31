"""A page, fetched: each step of its redirects is checked anew, and all of it is bounded."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpcore

from consumer.certificates import trusted
from consumer.toolboxes import ToolFailed
from consumer.web.body import read_body
from consumer.web.dialling import CheckedNetwork, Dialler, Resolver, dial, resolver
from consumer.web.domains import is_among
from consumer.web.location import Location, locate
from shared.program import PROGRAM

_REDIRECTS = (301, 302, 303, 307, 308)
_ASKED: Mapping[bytes | str, bytes | str] = {
    "User-Agent": PROGRAM,
    "Accept": "text/html, text/plain, text/markdown, application/json;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What fetching one page may take."""

    seconds: float = 20
    """From the first look-up to the last byte, redirects included."""
    idle_seconds: float = 6
    """Without a byte from the other side."""
    size: int = 2_000_000
    """Bytes of a page, unpacked."""
    redirects: int = 5
    at_once: int = 6
    """Fetches of all bots at the same time."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came from a place; all of it others' words."""

    location: Location
    """Where it came from in the end."""
    content_type: str
    data: bytes
    cut: bool
    """There was more of it."""


class LedElsewhere(ToolFailed):
    """A page of the bot's domains led to one that is not among them."""

    def __init__(self, location: Location) -> None:
        super().__init__("That page leads on to a site that you may not fetch from.")
        self.location = location


class Fetcher:
    """Fetches for all bots. Each fetch has a connection of its own, and no cookies."""

    def __init__(
        self,
        resolve: Resolver | None = None,
        dial: Dialler = dial,
        bounds: Bounds | None = None,
    ) -> None:
        self._bounds = bounds or Bounds()
        self._network = CheckedNetwork(resolve or resolver(), dial)
        self._places = asyncio.Semaphore(self._bounds.at_once)

    async def fetch(self, address: str, domains: Sequence[str]) -> Page:
        """The page at an address, if it and all it leads to are in the domains; raises ToolFailed
        with a sentence for the model."""
        location = locate(address)
        if not is_among(location, domains):
            raise ToolFailed(f"You may fetch from these sites only: {', '.join(domains)}.")
        try:
            async with asyncio.timeout(self._bounds.seconds), self._places:
                return await self._followed(location, domains)
        except (TimeoutError, httpcore.TimeoutException):
            raise ToolFailed("That site took too long to answer.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol):
            raise ToolFailed("That site could not be reached, or broke off.") from None

    async def _followed(self, location: Location, domains: Sequence[str]) -> Page:
        for _ in range(1 + self._bounds.redirects):
            async with self._asked(location) as response:
                onward = _redirect(response, location)
                if onward is None:
                    return await self._page(location, response)
            if not is_among(onward, domains):
                raise LedElsewhere(onward)
            location = onward
        raise ToolFailed("That page only leads from one address to the next.")

    @asynccontextmanager
    async def _asked(self, location: Location) -> AsyncIterator[httpcore.Response]:
        url = httpcore.URL(
            scheme=location.scheme.encode(),
            host=location.host.encode(),
            port=location.port,
            target=location.target.encode(),
        )
        idle = self._bounds.idle_seconds
        patience = dict.fromkeys(("connect", "read", "write", "pool"), idle)
        async with (
            httpcore.AsyncConnectionPool(
                ssl_context=trusted() if location.scheme == "https" else None,
                max_connections=1,
                network_backend=self._network,
            ) as connections,
            connections.stream(
                "GET", url, headers=_ASKED, extensions={"timeout": patience}
            ) as response,
        ):
            yield response

    async def _page(self, location: Location, response: httpcore.Response) -> Page:
        if response.status != 200:
            raise ToolFailed(f"That site answered with the status {response.status}.")
        packed = _header(response, b"content-encoding")
        body = await read_body(response.aiter_stream(), packed, self._bounds.size)
        return Page(location, _header(response, b"content-type"), body.data, body.cut)


def _redirect(response: httpcore.Response, location: Location) -> Location | None:
    """Where a response leads; never from https to http, which anybody on the way could read."""
    if response.status not in _REDIRECTS:
        return None
    onward = locate(_header(response, b"location"), location)
    if location.scheme == "https" and onward.scheme != "https":
        raise ToolFailed("That page leads from https to http, which is not followed.")
    return onward


def _header(response: httpcore.Response, name: bytes) -> str:
    found = [value for key, value in response.headers if key.lower() == name]
    return ", ".join(value.decode("latin-1") for value in found)

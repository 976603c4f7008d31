"""Posts to rooms through the bot API: one HTTP client a process, no redirects, no cookies.

The key stands in the URL, so neither a URL nor httpx's own error text ever leaves this module.
"""

import re
from html import unescape
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any

import httpx

from consumer.campfire.errors import (
    BadKey,
    BadPost,
    CampfireUnavailable,
    CampfireUnclear,
    NoIndex,
    NotInRoom,
)
from shared.errors import CampfireError

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
"""The body is HTML whatever the type says; any other type is parsed for parameters by Rails."""
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
PAGE_SIZE = 40
MAX_PAGES = 10
_TAG = re.compile(r"<[^>]*>")
_NOT_A_WORD = re.compile(r"[\W_]+")
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Campfire:
    """The bot API of one Campfire."""

    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url.rstrip("/"),
            timeout=TIMEOUT,
            follow_redirects=False,  # 302 to the sign-in page would end as a 200
            transport=transport,
        )
        # A session cookie would win over the key, and then CSRF protection applies.
        self._http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    async def __aenter__(self) -> "Campfire":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def post(self, room_id: int, key: str, html: str) -> str:
        """Post one message; gives Campfire's id of it.

        Raises CampfireUnavailable, CampfireUnclear or a CampfireRefused (errors.py).
        """
        try:
            response = await self._http.post(
                f"/rooms/{room_id}/{key}/messages", content=html.encode(), headers=PLAIN
            )
        except NOT_SENT as error:
            raise CampfireUnavailable(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise CampfireUnclear(type(error).__name__) from None
        return _message_id(response)

    async def find_own(self, room_id: int, key: str, html: str, after: int) -> str | None:
        """The id of the bot's own message with this body, posted after message `after`.

        Raises NoIndex on a Campfire without one, and CampfireError as `post` does.
        """
        page = await self._page(room_id, key, after)
        if page is None:
            page = await self._page(room_id, key, None)  # `after` was deleted, or is not theirs
        if page is None:
            raise NoIndex
        bot_id = int(key.partition("-")[0])
        wanted = _words(html)
        for message in page:
            own = message["creator"]["id"] == bot_id and message["id"] > after
            if own and _words(message["body"]["html"]) == wanted:
                return str(message["id"])
        return None

    async def _page(self, room_id: int, key: str, after: int | None) -> list[Any] | None:
        """Every message after `after`, or the newest page; None for a 404."""
        messages: list[Any] = []
        for _ in range(MAX_PAGES):
            page = await self._get_page(room_id, key, after)
            if not page:
                return messages if page is not None or messages else None
            messages += page
            if after is None or len(page) < PAGE_SIZE:
                break
            after = page[-1]["id"]
        return messages

    async def _get_page(self, room_id: int, key: str, after: int | None) -> list[Any] | None:
        try:
            response = await self._http.get(
                f"/rooms/{room_id}/{key}/messages", params={"after": after} if after else None
            )
        except httpx.HTTPError as error:
            raise CampfireUnavailable(type(error).__name__) from None
        if response.status_code == 404:
            return None
        if response.status_code == 204:
            return []  # the port's way to say that there is nothing
        if response.status_code != 200:
            raise _refusal(response)
        page: list[Any] = response.json()
        return page


def _message_id(response: httpx.Response) -> str:
    status = response.status_code
    if status == 201:
        # Rails: http://host/messages/ID, the port: …/rooms/R/messages/ID; the id ends both.
        location: str = response.headers.get("Location", "")
        return location.rstrip("/").rpartition("/")[2]
    raise _refusal(response)


def _refusal(response: httpx.Response) -> CampfireError:
    status = response.status_code
    if status in (302, 401):
        return BadKey(str(status))
    if status == 404:
        return NotInRoom(str(status))
    if status in (500, 502, 504):
        # Rails fails with 500 after it stored too, when its broadcast does; 502 and 504 are a
        # proxy's word, and what lies behind may have stored it.
        return CampfireUnclear(str(status))
    if status == 429 or status >= 500:
        return CampfireUnavailable(str(status), _retry_after(response))
    return BadPost(str(status))


def _words(html: str) -> str:
    """Letters and digits of what is shown: Campfire re-renders markup and white space."""
    return _NOT_A_WORD.sub("", unescape(_TAG.sub("", html)))


def _retry_after(response: httpx.Response) -> float | None:
    seconds = response.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdigit() else None

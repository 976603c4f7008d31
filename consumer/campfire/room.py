"""Posts to rooms through the bot API: one HTTP client a process, no redirects, no cookies.

The key stands in the URL, so neither a URL nor httpx's own error text ever leaves this module.
"""

from http.cookiejar import DefaultCookiePolicy
from types import TracebackType

import httpx

from consumer.campfire.errors import (
    BadKey,
    BadPost,
    CampfireUnavailable,
    CampfireUnclear,
    NotInRoom,
)

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
"""The body is HTML whatever the type says; any other type is parsed for parameters by Rails."""
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
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


def _message_id(response: httpx.Response) -> str:
    status = response.status_code
    if status == 201:
        # Rails: http://host/messages/ID, the port: …/rooms/R/messages/ID; the id ends both.
        location: str = response.headers.get("Location", "")
        return location.rstrip("/").rpartition("/")[2]
    if status in (302, 401):
        raise BadKey(str(status))
    if status == 404:
        raise NotInRoom(str(status))
    if status == 429 or status >= 500:
        raise CampfireUnavailable(str(status), _retry_after(response))
    raise BadPost(str(status))


def _retry_after(response: httpx.Response) -> float | None:
    seconds = response.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdigit() else None

"""The one place that talks HTTP to Campfire: one client a process, no redirects, no cookies.

The key stands in the URL, so neither a URL nor httpx's own errors ever leave this module.
"""

import logging
import re
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from time import monotonic
from typing import Any

import httpx

from consumer.campfire.errors import CampfireUnavailable, CampfireUnclear
from consumer.campfire.sent_until import TooLate, in_time
from shared.errors import CampfireError

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
"""The body is HTML whatever the type says; any other type is parsed for parameters by Rails."""
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
UPLOAD_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
_TRACED = {"trace": in_time}
_A_PROXYS = (502, 503, 504)
_KEY = re.compile(r"(/rooms/[0-9]+/)[^/?\s\"'>]*-[^/?\s\"'>]*")
_TALKATIVE = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy")


class Wire:
    """Sends requests as a bot; the errors it raises hold a status or a kind, nothing else."""

    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url.rstrip("/"),
            timeout=TIMEOUT,
            follow_redirects=False,  # 302 to the sign-in page would end as a 200
            transport=transport,
        )
        # A session cookie would win over the key, and then CSRF protection applies.
        self._http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.on_trouble: Callable[[], None] = lambda: None
        """Called when Campfire gave no answer, or a proxy answered for it."""
        self.on_answer: Callable[[str, httpx.Response], None] = lambda _key, _answer: None
        """Called with every answer, and the key that was shown for it."""
        self.on_post: Callable[[str, int | None, float], None] = lambda _key, _status, _s: None
        """Called with every post's key, status (None: no answer) and seconds."""
        self.is_failing = False
        """Whether that was so the last time."""
        for name in _TALKATIVE:
            logging.getLogger(name).addFilter(mask_keys)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def once(
        self, method: str, room_id: int, key: str, path: str, **parts: Any
    ) -> httpx.Response:
        """Send what may not be done twice.

        Raises CampfireUnavailable when it certainly did not arrive, else CampfireUnclear.
        """
        began_s = monotonic()
        answer = await self._send(method, room_id, key, path, **parts)
        status = answer.status_code if isinstance(answer, httpx.Response) else None
        if path == "":
            self.on_post(key, status, monotonic() - began_s)
        if isinstance(answer, httpx.Response):
            return answer
        raise answer

    async def again(
        self, method: str, room_id: int, key: str, path: str, **parts: Any
    ) -> httpx.Response:
        """Send what may be repeated freely; raises CampfireUnavailable when it got no answer."""
        answer = await self._send(method, room_id, key, path, **parts)
        if isinstance(answer, CampfireError):
            raise CampfireUnavailable(*answer.args)
        return answer

    async def _send(
        self, method: str, room_id: int, key: str, path: str, **parts: Any
    ) -> httpx.Response | CampfireError:
        """The answer or the error; given, not raised, so that no context leads to the request."""
        url = f"/rooms/{room_id}/{key}/messages{path}"
        answer: httpx.Response | CampfireError
        try:
            answer = await self._http.request(method, url, extensions=_TRACED, **parts)
        except TooLate as error:
            return CampfireUnavailable(type(error).__name__)  # Campfire has no part in it
        except _NOT_SENT as error:
            answer = CampfireUnavailable(type(error).__name__)
        except httpx.HTTPError as error:
            answer = CampfireUnclear(type(error).__name__)
        self.is_failing = isinstance(answer, CampfireError) or answer.status_code in _A_PROXYS
        if self.is_failing:
            self.on_trouble()
        if isinstance(answer, httpx.Response):
            self.on_answer(key, answer)
        return answer


def mask_keys(record: logging.LogRecord) -> bool:
    """A logging filter: httpx logs every URL at INFO, httpcore every header at DEBUG."""
    record.msg, record.args = _KEY.sub(r"\1(key)", record.getMessage()), ()
    return True

"""`GET /operator/live/{page}`: what has changed on an open page, as server-sent events of HTML."""

import time
from collections.abc import AsyncIterator
from functools import partial

import structlog
from fastapi.sse import format_sse_event
from redis.exceptions import RedisError
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ingress.live.events import no_seat
from ingress.live.hub import Hub
from ingress.operator.page.answers import HEADERS
from ingress.operator.page.live.editions import EVERY_S, Edition
from ingress.operator.page.views.showing import parts_of_view
from ingress.operator.page.views.view import Looking, View
from shared.awaiting import set_within
from shared.errors import TooManyWatchers

HEARTBEAT_S = 15.0
_HELLO = b"retry: 3000\n\n"
_HEARTBEAT = b": nothing new\n\n"
_AWAY = format_sse_event(event="away", data_str="")
_OVER = format_sse_event(event="over", data_str="")

log = structlog.get_logger()


class PageStream(StreamingResponse):
    """Lasts as long as somebody looks, their log-in, and the server; takes one of its seats."""

    media_type = "text/event-stream"

    def __init__(self, hub: Hub, view: View, looking: Looking) -> None:
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        super().__init__(self._events(), headers=headers, media_type=self.media_type)
        self._hub, self._view, self._looking = hub, view, looking
        self._page = looking.parts.page
        self._held: Edition | None = None
        self._sent_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it, or an empty 429."""
        try:
            with self._hub.seat():
                scope["state"]["stream_begins"]()
                await super().__call__(scope, receive, send)
        except TooManyWatchers:
            await no_seat()(scope, receive, send)

    async def _events(self) -> AsyncIterator[bytes]:
        yield _HELLO
        due = time.monotonic() + self._page.editions.phase_s()
        while not await self._is_over(due):
            news = await self._news()
            if news or time.monotonic() - self._sent_at > HEARTBEAT_S:
                self._sent_at = time.monotonic()
                yield news or _HEARTBEAT
            while due <= time.monotonic():
                due += EVERY_S
        if not self._hub.closing.is_set():
            yield _OVER

    async def _is_over(self, due: float) -> bool:
        """When it is due, or sooner where the server stops."""
        who = self._looking.who
        stops = await set_within(self._hub.closing, due - time.monotonic())
        if stops or time.time() >= who.until:
            return True
        parts = self._looking.parts
        return await self._page.is_known_to_be_out(parts.redis, parts.keys, who.id)

    async def _news(self) -> bytes:
        held, key = self._held, (self._view.name, self._looking.key)
        read = partial(parts_of_view, self._view, self._looking)
        try:
            self._held = await self._page.editions.newest(key, held, read)
        except (RedisError, OSError):
            self._held = None
            return _AWAY
        return self._held.since(held)

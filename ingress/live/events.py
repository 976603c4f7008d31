"""`GET /lanes/{room}/{bot}/events`: what happens in a lane, as server-sent events."""

import time
from collections.abc import AsyncIterator

import structlog
from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ingress.live.admission import admit, resume_after
from ingress.live.hub import Hub
from ingress.live.links import Grant
from ingress.live.watcher import Watcher
from ingress.parts import parts_of
from shared.errors import DeliveryRefused, TooManyWatchers
from shared.lane import Lane

HEARTBEAT_S = 15.0
"""A comment at least so often: proxies hang up on a silent connection after 30 s or 60 s."""
_HELLO = b"retry: 2000\n\n"
_HEARTBEAT = b": nothing new\n\n"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep the events until its buffer is full
    "Access-Control-Allow-Origin": "*",  # the right is in the link, not in who shows the page
}

log = structlog.get_logger()
router = APIRouter()


@router.get("/lanes/{room_id}/{bot_id}/events")
async def events(request: Request, room_id: int, bot_id: str) -> Response:
    """The lane's events from now on, or after `Last-Event-ID`; every refusal is empty."""
    lane = Lane(room_id, bot_id)
    try:
        grant, after = admit(request, lane), resume_after(request)
    except DeliveryRefused as refusal:
        log.warning("watcher_refused", status=refusal.status, reason=str(refusal))
        return Response(status_code=refusal.status)
    return EventStream(parts_of(request).hub, lane, grant, after)


class EventStream(StreamingResponse):
    """Watches for as long as somebody reads, the grant lasts, and the server runs."""

    media_type = "text/event-stream"

    def __init__(self, hub: Hub, lane: Lane, grant: Grant, after: str | None) -> None:
        super().__init__(self._chunks(), headers=_HEADERS, media_type=self.media_type)
        self._hub, self._lane, self._grant, self._after = hub, lane, grant, after
        self._watcher: Watcher | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it, or an empty 429."""
        try:
            # Not in the generator: cut off in a send, that would end some time later.
            with self._hub.watch(self._lane, self._after, self._grant.link) as self._watcher:
                await self._watcher.begun()
                scope["state"]["stream_begins"]()
                await super().__call__(scope, receive, send)
        except TooManyWatchers:
            await no_seat()(scope, receive, send)

    async def _chunks(self) -> AsyncIterator[bytes]:
        yield _HELLO
        watcher = self._watcher
        while watcher is not None and (left := self._grant.until - time.time()) > 0:
            entries = await watcher.next(min(HEARTBEAT_S, left))
            if entries is None:
                return
            yield b"".join(entry.sse for entry in entries) or _HEARTBEAT


def no_seat() -> Response:
    """An empty 429: there is no seat for one more watcher, or none for this link or lane."""
    log.warning("watcher_refused", status=429, reason=TooManyWatchers.__doc__)
    return Response(status_code=429, headers={"Retry-After": "30"})

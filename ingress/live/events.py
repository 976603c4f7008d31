"""`GET /lanes/{room}/{bot}/events`: what happens in a lane, as server-sent events."""

import time
from collections.abc import AsyncIterator

import structlog
from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ingress.live.admission import admit, is_over, resume_after
from ingress.live.links import Grant
from ingress.live.watcher import Watcher
from ingress.parts import parts_of
from shared.errors import DeliveryRefused, TooManyWatchers
from shared.lane import Lane

HEARTBEAT_S = 15.0
"""A comment at least so often: proxies hang up on a silent connection after 30 s or 60 s."""
LOG_OUT_S = 2.0
"""So soon after a log-out a stream of its page has ended."""
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
        grant, after = await admit(request, lane), resume_after(request)
    except DeliveryRefused as refusal:
        log.warning("watcher_refused", status=refusal.status, reason=str(refusal))
        return Response(status_code=refusal.status)
    return EventStream(request, lane, grant, after)


class EventStream(StreamingResponse):
    """Watches for as long as somebody reads, the grant lasts, and the server runs."""

    media_type = "text/event-stream"

    def __init__(self, request: Request, lane: Lane, grant: Grant, after: str | None) -> None:
        super().__init__(self._chunks(), headers=_HEADERS, media_type=self.media_type)
        self._request, self._hub = request, parts_of(request).hub
        self._lane, self._grant, self._after = lane, grant, after
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
        watcher, grant = self._watcher, self._grant
        while watcher is not None and not await is_over(self._request, grant):
            left = grant.until - time.time()
            events = await watcher.next(max(0.0, min(look_s(grant), left)))
            if events is None:
                return
            yield b"".join(event.sse for event in events) or _HEARTBEAT


def look_s(grant: Grant) -> float:
    """How long to wait for events before something is said, and it is seen whether it is over."""
    return LOG_OUT_S if grant.log_in else HEARTBEAT_S


def no_seat() -> Response:
    """An empty 429: there is no seat for one more watcher, or none for this link or lane."""
    log.warning("watcher_refused", status=429, reason=TooManyWatchers.__doc__)
    return Response(status_code=429, headers={"Retry-After": "30"})

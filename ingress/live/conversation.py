"""The WebSocket of `/lanes/{room}/{bot}/events`: the lane's events out, messages in."""

import asyncio
import json
import time

import structlog
from fastapi import APIRouter, Response, WebSocket, WebSocketDisconnect

from ingress.live.admission import admit, is_over, resume_after
from ingress.live.events import look_s, no_seat
from ingress.live.links import Grant
from ingress.live.pace import Pace
from ingress.live.talk import Talk
from ingress.live.watcher import Watcher
from ingress.parts import parts_of
from shared.errors import DeliveryRefused, TooManyWatchers
from shared.lane import Lane

EXPIRED, GOING_AWAY = 4401, 1012
"""Why we hang up: the link has ended; the server restarts, come back."""

log = structlog.get_logger()
router = APIRouter()


@router.websocket("/lanes/{room_id}/{bot_id}/events")
async def conversation(socket: WebSocket, room_id: int, bot_id: str) -> None:
    """Serve one watcher; a refused handshake is an empty answer with the same status as a GET's."""
    lane = Lane(room_id, bot_id)
    try:
        grant, after = await admit(socket, lane), resume_after(socket)
    except DeliveryRefused as refusal:
        log.warning("watcher_refused", status=refusal.status, reason=str(refusal))
        await socket.send_denial_response(Response(status_code=refusal.status))
        return
    hub = parts_of(socket).hub
    try:
        with hub.watch(lane, after, grant.link) as watcher:
            await watcher.begun()
            await socket.accept()
            await _Conversation(socket, watcher, grant, _talk(socket, lane)).run()
    except TooManyWatchers:
        await socket.send_denial_response(no_seat())


def _talk(socket: WebSocket, lane: Lane) -> Talk:
    parts = parts_of(socket)
    bot = parts.access.roster[lane.bot_id]
    return Talk(lane, bot, parts.reception, parts.redis, parts.keys)


class _Conversation:
    """Two tasks over one socket; the first to end ends both."""

    def __init__(self, socket: WebSocket, watcher: Watcher, grant: Grant, talk: Talk) -> None:
        self._socket, self._watcher = socket, watcher
        self._grant, self._talk = grant, talk

    async def run(self) -> None:
        """Until the watcher leaves, the link expires or the server stops."""
        telling, hearing = asyncio.create_task(self._tell()), asyncio.create_task(self._hear())
        try:
            await asyncio.wait([telling, hearing], return_when=asyncio.FIRST_COMPLETED)
        finally:
            telling.cancel()
            hearing.cancel()
            results = await asyncio.gather(telling, hearing, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
                raise result
        if hearing.cancelled() and results[0] is None:
            await self._socket.close(EXPIRED if await self._is_over() else GOING_AWAY)

    async def _tell(self) -> None:
        """Send events until there are no more, or the link is over."""
        while not await self._is_over():
            left = self._grant.until - time.time()
            events = await self._watcher.next(min(look_s(self._grant), max(left, 0)))
            if events is None:
                return
            for event in events:
                await self._socket.send_text(event.message)

    async def _hear(self) -> None:
        """Answer each message, at a bounded pace: who sends faster is read more slowly."""
        pace = Pace()
        while (message := await self._socket.receive())["type"] != "websocket.disconnect":
            await asyncio.sleep(pace.wait_s(time.monotonic()))
            await self._socket.send_text(json.dumps(await self._answer(message.get("text"))))

    async def _answer(self, text: str | None) -> dict[str, object]:
        if not self._grant.may_talk:
            return {"error": "this link is for reading"}
        if text is None:
            return {"error": "send text, not bytes"}
        return await self._talk.hear(text, self._grant.name)

    async def _is_over(self) -> bool:
        return await is_over(self._socket, self._grant)

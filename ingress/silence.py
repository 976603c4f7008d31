"""The outermost layer: nothing of ours ever lands in the room by accident.

Campfire posts whatever carries a Content-Type into the room, error pages as files
(docs/campfire.md, "The answer to a webhook"). So every response that is not meant for a reader is
stripped of body and type.
"""

import asyncio

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

FOR_THE_ROOM = b"x-for-the-room"
"""A handler sets this header on the one deliberate kind of answer to a POST: 200 text/plain."""

log = structlog.get_logger()


class Silence:
    """ASGI middleware: an answer to a GET that succeeds is for a reader; all else is empty."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; an exception becomes an empty 500."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(scope["method"], send)
        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            log.info("client_left", route=_route(scope))
        except asyncio.CancelledError:
            # The server ends, and has waited for long enough. uvicorn would say so in a body.
            log.warning("request_cut_off", route=_route(scope))
            await answer.end(503)
        except Exception:  # the last guard: whatever it is, Campfire must not post it
            log.exception("request_failed", route=_route(scope))
        await answer.end(500)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One that fails is hung up on; uvicorn does that when the app just returns."""
        try:
            await self._app(scope, receive, _to_who_may_leave(send))
        except WebSocketDisconnect:
            log.info("client_left", route=_route(scope))
        except Exception:
            log.exception("request_failed", route=_route(scope))


def _to_who_may_leave(send: Send) -> Send:
    """During the handshake, too: Starlette sees only later that nobody is there any more."""

    async def sent(message: Message) -> None:
        try:
            await send(message)
        except OSError as error:
            raise WebSocketDisconnect(code=1006) from error

    return sent


class _Answer:
    """Wraps `send`: lets headers through, and the body only where a reader asked for it."""

    def __init__(self, method: str, send: Send) -> None:
        self._method = method
        self._send = send
        self._silent = True
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._silent = not self._for_a_reader(message)
            if self._silent:
                message = _start(message["status"], _without_content(message["headers"]))
        elif self._silent and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    async def end(self, status: int) -> None:
        """Send an empty answer where there was none: uvicorn's own has a body."""
        if not self.started:
            await self(_start(status, []))
            await self({"type": "http.response.body", "body": b""})

    def _for_a_reader(self, message: Message) -> bool:
        if message["status"] != 200:
            return False
        return self._method in ("GET", "HEAD") or FOR_THE_ROOM in dict(message["headers"])


Headers = list[tuple[bytes, bytes]]


def _start(status: int, headers: Headers) -> Message:
    # A 204 has no body by definition; for the rest a length of 0 says that nothing follows.
    length = [] if status == 204 else [(b"content-length", b"0")]
    return {"type": "http.response.start", "status": status, "headers": [*headers, *length]}


def _without_content(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if not name.lower().startswith(b"content-")]


def _route(scope: Scope) -> str:
    """The route's pattern, never the URL: a query may hold the token."""
    route = scope.get("route")
    return getattr(route, "path", "unmatched")

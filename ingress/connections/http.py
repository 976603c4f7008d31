"""uvicorn's HTTP/1.1 for callers that nobody knows yet: silent, and bounded before it is parsed."""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ingress.connections.places import Places

MOST_BESIDE_BODY = 64 * 1024
"""Bytes of a request before its headers are complete, and of trailers after its body."""
REQUEST_S = 10.0
"""From a connection, or a request's first byte, until all of the request is here.

Campfire sends at once and gives up after 7 s.
"""
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """One connection. Whatever is wrong with it ends in an empty 400 or in no answer at all."""

    def __init__(self, places: Places, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self.peer = ""
        self._places = places
        self._deadline: TimerHandle | None = None
        self._beside_body = 0
        self._upgraded = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Give the connection a place, perhaps another's, which it must use soon."""
        super().connection_made(transport)
        self.peer = self.client[0] if self.client else ""
        self._places.waits(self)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take its place back."""
        self._has_request()
        self._places.leaves(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse piece by piece, so that no piece goes beyond what is allowed."""
        self._places.sends(self, len(data))
        if not self._is_answering:
            self._expect_request()
        left = memoryview(data)
        while left and not self._upgraded and not self.transport.is_closing():
            piece = left[: MOST_BESIDE_BODY - self._beside_body]
            left = left[len(piece) :]
            self._beside_body += len(piece)
            super().data_received(piece)  # type: ignore[arg-type]
            if self._beside_body >= MOST_BESIDE_BODY:
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """Called by the parser at a request's first byte."""
        if self._is_answering:
            # A second one behind it would wait in memory, and so would all that follow.
            self.hang_up()
            raise ConnectionAbortedError
        super().on_message_begin()
        self.scope["state"]["stream_begins"] = self._stream_begins

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self._beside_body = 0
        super().on_headers_complete()
        if self.parser.should_upgrade() and not self._should_upgrade():
            self.cycle.keep_alive = False  # the parser has left HTTP for good

    def on_body(self, body: bytes) -> None:
        """Called by the parser for each part of it."""
        self._beside_body = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Called by the parser: all of the request is here."""
        super().on_message_complete()
        self._beside_body = 0
        self._has_request()
        if self._is_answering:
            self._places.is_answered(self)
        else:
            self._expect_request()

    def on_response_complete(self) -> None:
        """The answer is sent: the connection may bring another request."""
        if not self.transport.is_closing():
            self._places.waits(self)
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        """From here on it is `ingress.live`'s."""
        self._upgraded = True
        self._has_request()
        self._places.leaves(self)
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that is not HTTP: 400, empty, and hang up."""
        del msg
        if self.transport.is_closing():
            return
        if self._is_answering:
            # Who waits for the rest of it is told that nothing will come, and cannot answer.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self.transport.write(BAD_REQUEST)
        self.transport.close()

    def hang_up(self) -> None:
        """End it now: whoever is not served may not keep its descriptor."""
        self.transport.abort()

    def shutdown(self) -> None:
        """Let the answer under way end, unless it is a stream that nobody reads."""
        super().shutdown()
        if self.flow.write_paused:
            self.transport.abort()

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _stream_begins(self) -> None:
        """Called by a handler whose answer has no end."""
        self._places.leaves(self)

    def _expect_request(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_S, self.hang_up)

    def _has_request(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

"""uvicorn's WebSocket, made silent: a refused handshake has no body and no Content-Type."""

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.frames import Frame
from websockets.http11 import Response
from websockets.server import ServerProtocol

from ingress.connections.http import BAD_REQUEST

MAX_FRAME = 64 * 1024
"""Bytes a message may have; the connection of a larger one is closed with 1009."""
MAX_PARTS = 1024
"""Frames a message may come in."""


class SilentWebSocket(WebSocketsSansIOProtocol):
    """Campfire posts any body it is answered with (see ingress.silence), so there is none."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        # Without compression too: its windows would cost each watcher more than its buffers do.
        self.conn = _SilentHandshake(max_size=MAX_FRAME, logger=self.logger)

    def data_received(self, data: bytes) -> None:
        """Hang up where no handshake came of it: such a connection would stay, and be nobody's.

        websockets refuses by itself what is long for it, or has a body; uvicorn hears nothing of
        that, and a connection that is upgraded has left its place in `ingress.connections`.
        """
        super().data_received(data)
        if not self.handshake_initiated and not self.transport.is_closing():
            self.transport.write(b"".join(self.conn.data_to_send()) or BAD_REQUEST)
            self.transport.close()

    async def send(self, message: ASGISendEvent) -> None:
        """Send it; a handshake that was refused is complete, or uvicorn would call it an error."""
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more with whom it could be completed."""
        super().connection_lost(exc)
        self.handshake_complete = True

    def pause_writing(self) -> None:
        """Who does not read is not read from: each of their pings would be answered into memory."""
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """They have read: go on, unless a message of theirs still waits to be heard."""
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()

    def handle_ping(self) -> None:
        """Answer it; somebody may have begun to read again before its like were answered."""
        super().handle_ping()
        if not self.writable.is_set():
            self.transport.pause_reading()

    def handle_cont(self, event: Frame) -> None:
        """Take a part of a message; its bytes are bounded, empty parts have none."""
        if len(self.frames) >= MAX_PARTS:
            self.conn.fail(1009, "too many parts")
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def shutdown(self) -> None:
        """Hang up; on who does not read at once, lest the farewell waits for them."""
        super().shutdown()
        if not self.writable.is_set():
            self.transport.abort()


class _SilentHandshake(ServerProtocol):
    def send_response(self, response: Response) -> None:
        """Send it, without whatever explanation it has."""
        if response.status_code != 101:
            headers = Headers([("Connection", "close"), ("Content-Length", "0")])
            response = Response(response.status_code, response.reason_phrase, headers, b"")
        super().send_response(response)

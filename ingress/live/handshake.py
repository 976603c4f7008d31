"""uvicorn's WebSocket, made silent: a refused handshake has no body and no Content-Type."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.http11 import Response
from websockets.server import ServerProtocol

MAX_FRAME = 64 * 1024
"""Bytes a message may have; the connection of a larger one is closed with 1009."""


class SilentWebSocket(WebSocketsSansIOProtocol):
    """Campfire posts any body it is answered with (see ingress.silence), so there is none."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        # Without compression too: its windows would cost each watcher more than its buffers do.
        self.conn = _SilentHandshake(max_size=MAX_FRAME, logger=self.logger)

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

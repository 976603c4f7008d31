"""The web server: uvicorn, made silent, which ends streams before it waits for them to end."""

import socket

import uvicorn

from ingress.live.handshake import SilentWebSocket
from ingress.live.hub import Hub
from ingress.silence import Silence, SilentProtocol

GRACE_S = 5
"""How long answers under way may take when the server stops."""


class Server(uvicorn.Server):
    """Serves the app; its watchers come back to whoever serves next."""

    def __init__(self, app: Silence, hub: Hub) -> None:
        self._hub = hub
        super().__init__(
            uvicorn.Config(
                app,
                http=SilentProtocol,
                ws=SilentWebSocket,
                log_config=None,
                access_log=False,  # it prints URLs, and a URL may hold a token or a signature
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called by uvicorn when it stops."""
        self._hub.close()
        await super().shutdown(sockets)

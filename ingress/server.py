"""The web server: uvicorn, made silent and bounded, which ends streams before it waits for them."""

import socket
from collections.abc import Sequence
from functools import partial

import uvicorn

from ingress.connections.descriptors import Shares
from ingress.connections.http import BoundedHttp
from ingress.connections.places import Places
from ingress.live.handshake import SilentWebSocket
from ingress.live.hub import Hub
from ingress.silence import Silence

GRACE_S = 5
"""How long answers under way may take when the server stops."""


class Server(uvicorn.Server):
    """Serves the app; its watchers come back to whoever serves next."""

    def __init__(
        self, app: Silence, hub: Hub, shares: Shares, trusted_proxies: Sequence[str] = ()
    ) -> None:
        self._hub = hub
        self.places = Places(shares.connections)
        super().__init__(
            uvicorn.Config(
                app,
                http=partial(BoundedHttp, self.places),  # type: ignore[arg-type]
                ws=SilentWebSocket,
                log_config=None,
                access_log=False,  # it prints URLs, and a URL may hold a token or a signature
                server_header=False,
                # Not uvicorn's default, which believes whoever is on this machine.
                proxy_headers=bool(trusted_proxies),
                forwarded_allow_ips=list(trusted_proxies),
                backlog=shares.backlog,
                timeout_graceful_shutdown=GRACE_S,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called by uvicorn when it stops."""
        self._hub.close()
        await super().shutdown(sockets)

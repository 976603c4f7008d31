"""Serves the sandbox with uvicorn: can cut a connection on order, and stops at once.

`SandboxServer` runs it on the running loop, for `sandbox.__main__` and for tests.
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.app import create_app
from sandbox.campfire.bot_api.faults import DROP_EXTENSION
from sandbox.campfire.campfire import Campfire
from sandbox.listening import listen

GRACE_SECONDS = 1
"""How long calls in progress may go on when the server is told to stop."""


class SandboxServer:
    """The sandbox over HTTP while its `async with` block lasts.

    `port` 0 takes a free port. Raises `AddressInUse` on entering.
    """

    def __init__(
        self,
        campfire: Campfire,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        stand_in_model: bool = True,
        office_ahead: bool = False,
    ) -> None:
        self.campfire = campfire
        self._host = host
        self._port = port
        app = create_app(
            campfire, stand_in_model=stand_in_model, host=host, office_ahead=office_ahead
        )
        self._server = _Server(campfire, app)
        self._socket: socket.socket | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    async def __aenter__(self) -> Self:
        self._socket = listen(self._host, self._port)
        self._port = self._socket.getsockname()[1]
        self._running = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        await self._server.listening.wait()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        await self.stopped()

    def stop(self) -> None:
        """Tell it to stop; twice is once."""
        self._server.should_exit = True

    async def stopped(self) -> None:
        """Wait until it has stopped."""
        if self._running is not None:
            await self._running
        if self._socket is not None:
            self._socket.close()


class _Server(uvicorn.Server):
    """Uvicorn, but it says when it listens, the chat's streams end first, and signals are ours."""

    def __init__(self, campfire: Campfire, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            http=_DroppingProtocol,
            log_config=None,
            log_level="warning",
            access_log=False,  # its lines would carry bot keys
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        self._campfire = campfire
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, which would hold the shutdown, then stop as uvicorn does."""
        self._campfire.hub.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise them again after its clean end."""
        yield


class _DroppingProtocol(HttpToolsProtocol):
    """HTTP whose app may cut the connection without an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app = self._with_drop(self.app)

    def _with_drop(self, app: Any) -> Any:
        async def dropping(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[DROP_EXTENSION] = self.transport.abort
            await app(scope, receive, send)

        return dropping

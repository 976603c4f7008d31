"""The odd server over HTTP, in the test's own process: it goes down, comes back, and is slow."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.mcp_servers.odd import odd_server
from tests.ports import next_free_port


class HttpServer:
    """One on a port of the loopback that stays its own while it is down."""

    def __init__(self, *, more: int = 0, instructions: str | None = None, token: str = "") -> None:
        self.headers: list[Mapping[str, str]] = []
        """Of every request."""
        self.stalls = False
        """Takes requests, and answers none."""
        self.mcp = odd_server(more=more, instructions=instructions)
        self._token = token
        self.port = next_free_port()
        self.url = f"http://127.0.0.1:{self.port}/mcp"
        self._serving: asyncio.Task[None] | None = None
        self._server: uvicorn.Server | None = None

    async def up(self) -> None:
        """Serve, anew: what it was told before is forgotten."""
        app = self._watched(self.mcp.streamable_http_app(stateless_http=True))
        config = uvicorn.Config(
            app, port=self.port, log_level="critical", timeout_graceful_shutdown=0, loop="none"
        )
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)

    async def down(self) -> None:
        """Refuse connections, and end those there are: a request that came just before is one too
        many on a busy machine."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = self._server.force_exit = True
            for connection in [*self._server.server_state.connections]:
                connection.transport.abort()
            with suppress(asyncio.CancelledError):
                await self._serving
            self._server = None

    def _watched(self, app: ASGIApp) -> ASGIApp:
        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                headers = {name.decode(): value.decode() for name, value in scope["headers"]}
                self.headers.append(headers)
                while self.stalls:
                    await asyncio.sleep(0.05)
                if self._token and headers.get("authorization") != f"Bearer {self._token}":
                    await PlainTextResponse("no", 401)(scope, receive, send)
                    return
            await app(scope, receive, send)

        return watched


@asynccontextmanager
async def over_http(
    *, more: int = 0, instructions: str | None = None, token: str = ""
) -> AsyncIterator[HttpServer]:
    """One that is up, until the block ends."""
    server = HttpServer(more=more, instructions=instructions, token=token)
    await server.up()
    try:
        yield server
    finally:
        await server.down()

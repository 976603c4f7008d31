"""The office inside of the sandbox's app: made when first asked for, or before that where a bot has
it; closed with the app."""

import asyncio

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send


class Office:
    """An ASGI app, to be mounted, and to be closed with the one that it is mounted in."""

    def __init__(self) -> None:
        self._making = asyncio.Lock()
        self._app: Starlette | None = None
        self._close = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._ahead: asyncio.Task[Starlette] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at `/mcp`, below where it is mounted."""
        app = await self._made()
        await app(scope, receive, send)

    def make_ahead(self) -> None:
        """It takes a second or two, in which whoever asks would take it for silent."""
        self._ahead = asyncio.create_task(self._made(), name="office ahead")

    async def close(self) -> None:
        """End its sessions."""
        self._close.set()
        if self._ahead is not None:
            await self._ahead
        if self._life is not None:
            await self._life

    async def _made(self) -> Starlette:
        async with self._making:
            return self._app or await self._make()

    async def _make(self) -> Starlette:
        self._app = app = await asyncio.to_thread(_new_app)
        entered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._life = asyncio.create_task(self._live(app, entered), name="office")
        await entered
        return app

    async def _live(self, app: Starlette, entered: "asyncio.Future[None]") -> None:
        """One task enters and leaves its task group."""
        async with app.router.lifespan_context(app):
            entered.set_result(None)
            await self._close.wait()


def _new_app() -> Starlette:
    from sandbox.office.server import office_server

    return office_server().streamable_http_app(stateless_http=True, json_response=True)

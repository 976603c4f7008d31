"""The sandbox as one ASGI app: Campfire at `/`, its test switches at `/sandbox`, the stand-in
model at `/model`, an MCP server for the example bot at `/office/mcp`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from sandbox.campfire.admin.api import AdminApi
from sandbox.campfire.admin.origin import OwnNames
from sandbox.campfire.bot_api.answers import not_found_page
from sandbox.campfire.bot_api.routes import METHODS
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.page.routes import Pages
from sandbox.model.app import create_model_app
from sandbox.office.mounted import Office


def create_app(
    campfire: Campfire,
    *,
    stand_in_model: bool = True,
    host: str = "127.0.0.1",
    office_ahead: bool = False,
) -> Starlette:
    """The app over a Campfire, which it opens and closes with its own lifespan.

    `host` is where it listens, which decides by what names it may be called. `office_ahead`: the
    office is made at once, for a bot that will ask it.
    """

    office = Office()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if office_ahead:
            office.make_ahead()
        async with campfire:
            yield
        await office.close()

    app = Starlette(
        lifespan=lifespan,
        middleware=[Middleware(OwnNames, listening_on=host)],
        routes=[
            Route("/health", _health),
            Route("/session/new", _sign_in_page),
            Mount("/sandbox", routes=AdminApi(campfire).routes()),
            Mount("/model", create_model_app()),
            Mount("/office", office),
            Route(
                "/rooms/{room_id}/{bot_key}/messages{rest:path}",
                campfire.bot_api.serve,
                methods=METHODS,
            ),
            *Pages(campfire, stand_in_model=stand_in_model).routes(),
        ],
        exception_handlers={404: _not_found},
    )
    app.state.campfire = campfire
    return app


async def _health(request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _sign_in_page(request: Request) -> Response:
    """What a client that follows redirects takes for success: 200 and no message posted."""
    return HTMLResponse("<!DOCTYPE html><title>Sign in</title><h1>Sign in</h1>\n")


async def _not_found(request: Request, error: Exception) -> Response:
    return not_found_page()

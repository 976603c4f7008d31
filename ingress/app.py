"""The ASGI app over the parts that composition.py made: its routes, its tasks and its end."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request, Response
from redis.exceptions import RedisError

from ingress.announcement import announce
from ingress.live import conversation, events, grants
from ingress.operator import jobs, metrics, sessions, status
from ingress.operator.page import routes as page
from ingress.operator.page.answers import ShownInstead, shown_instead
from ingress.operator.presence import Presence
from ingress.outside import events as outside
from ingress.parts import Parts
from ingress.silence import Silence
from ingress.webhook.webhook import Webhook
from shared.startup.process import EXIT_FAILED

ROUTERS = (
    *(
        routes.router
        for routes in (
            *(outside, status, metrics, jobs, sessions),
            *(events, conversation, grants),
        )
    ),
    *page.ROUTERS,
)

log = structlog.get_logger()


def create_app(parts: Parts) -> Silence:
    """The ASGI app."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        tasks = [
            asyncio.create_task(parts.reception.feed(), name="spool feeder"),
            asyncio.create_task(parts.deliveries.run(), name="deliveries"),
            asyncio.create_task(parts.hub.run(), name="live hub"),
            asyncio.create_task(_presence(parts).run(), name="presence"),
        ]
        if parts.bot_files is not None:
            tasks.append(asyncio.create_task(parts.bot_files.watch(), name="bot files"))
        for task in tasks:
            task.add_done_callback(_end_unless_cancelled)
        tasks.append(asyncio.create_task(announce(parts.redis, parts.keys), name="announcement"))
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await parts.hub.aclose()
        await parts.redis.aclose()

    # No pages of FastAPI's own: /docs would be HTML, and a wrong slash a redirect.
    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.add_exception_handler(RedisError, _redis_is_away)
    app.add_exception_handler(ShownInstead, shown_instead)
    app.state.parts = parts
    for router in ROUTERS:
        app.include_router(router)
    return Silence(Webhook(app, parts))


def _presence(parts: Parts) -> Presence:
    mark = parts.page.codes.mark
    return Presence(parts.redis, parts.keys, parts.reception, parts.hub, mark)


async def _redis_is_away(request: Request, error: Exception) -> Response:
    """The operator's routes cannot do without; the webhook spools (see reception)."""
    del request
    log.warning("redis_unavailable", error=type(error).__name__)
    return Response(status_code=503)


def _end_unless_cancelled(part: "asyncio.Task[None]") -> None:
    """Without its feeder the spool would fill in silence: the supervisor starts us again."""
    if not part.cancelled():
        # Not its repr: a UnicodeError's holds all that it failed over.
        name, error = part.get_name(), part.exception()
        log.critical("part_stopped", part=name, error=type(error).__name__, exc_info=error)
        os._exit(EXIT_FAILED)

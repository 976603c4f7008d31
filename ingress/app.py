"""The ingress's composition root: the app with its Redis, its access list and its routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from redis.asyncio import Redis

from ingress import status, webhook
from ingress.access import Access, OperatorAccess
from ingress.queue import RedisQueue
from ingress.silence import Silence
from shared.keys import Keys


def create_app(access: Access, operators: OperatorAccess, redis: Redis, keys: Keys) -> Silence:
    """The ASGI app; closes `redis` when it shuts down."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        await redis.aclose()

    # No pages of FastAPI's own: /docs would be HTML, and a wrong slash a redirect.
    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.state.access = access
    app.state.operators = operators
    app.state.redis = redis
    app.state.keys = keys
    app.state.queue = RedisQueue(redis, keys)
    app.include_router(webhook.router)
    app.include_router(status.router)
    return Silence(app)

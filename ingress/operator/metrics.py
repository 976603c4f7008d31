"""`GET /metrics`: what this process counts, and what it finds in Redis when it is asked."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from ingress import instruments
from ingress.no_page import no_page
from ingress.operator.authentication import bearer
from ingress.parts import parts_of
from shared.keys import Keys
from shared.operating.reading.board import read_board

router = APIRouter()
OF_REDIS = (instruments.WAITING, instruments.LANES_WAITING, instruments.OLDEST, instruments.DEAD)
_SILENT = float("nan")
"""What Redis would have to say is not known while it is away."""


async def scraper(request: Request) -> None:
    """Lets in who shows the metrics token."""
    if not parts_of(request).scrapers.admits(bearer(request)):
        raise HTTPException(401)


@router.get("/metrics", dependencies=[Depends(no_page), Depends(scraper)])
async def metrics(request: Request) -> Response:
    """The metrics, for a Prometheus."""
    parts = parts_of(request)
    instruments.SPOOLED.set(parts.reception.spooled)
    await _ask_redis(parts.redis, parts.keys)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _ask_redis(redis: Redis, keys: Keys) -> None:
    """Its cost does not grow with what waits: see `shared.operating.reading`."""
    try:
        now, memory = await read_board(redis, keys), await redis.info("memory")
    except (RedisError, OSError):
        instruments.REDIS_UP.set(0)
        for gauge in OF_REDIS:
            gauge.set(_SILENT)
        return
    instruments.REDIS_UP.set(1)
    instruments.WAITING.set(now.waiting)
    instruments.LANES_WAITING.set(now.lanes)
    instruments.OLDEST.set(now.oldest_s or 0)
    instruments.DEAD.set(now.dead)
    instruments.REDIS_MEMORY.set(_ratio(memory))


def _ratio(memory: Mapping[str, int]) -> float:
    return memory["used_memory"] / memory["maxmemory"] if memory.get("maxmemory") else 0.0

"""What an operator may ask: alive, ready, how long the queue is, which sessions live."""

import json
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from redis.exceptions import RedisError

from ingress.operator import reader_of_stats
from ingress.pages import no_page
from ingress.queue_stats import queue_stats

router = APIRouter()
STATS = [Depends(no_page), Depends(reader_of_stats)]


@router.get("/health")
async def health() -> dict[str, str]:
    """This process answers; says nothing of Redis or the consumer."""
    return {"status": "ok"}


@router.get("/ready")
async def ready(request: Request) -> Response:
    """200 when a message sent now would be answered; else an empty 503 that names what is missing.

    The name stands in the `X-Not-Ready` header: `redis` or `consumer`.
    """
    redis, keys = request.app.state.redis, request.app.state.keys
    try:
        alive = await redis.exists(keys.heartbeat)
    except RedisError:
        return _not_ready("redis")
    return Response("ready\n", media_type="text/plain") if alive else _not_ready("consumer")


@router.get("/queue/stats", dependencies=STATS)
async def queue(request: Request) -> dict[str, Any]:
    """How many messages wait and run, by lane."""
    return await queue_stats(request.app.state.redis, request.app.state.keys)


@router.get("/session/stats", dependencies=STATS)
async def sessions(request: Request) -> dict[str, Any]:
    """The consumer's sessions, as it last told through Redis; an empty list without a consumer."""
    known = await request.app.state.redis.get(request.app.state.keys.sessions)
    if known is None:
        return {"active_sessions": 0, "sessions": [], "consumer": "not running"}
    stats: dict[str, Any] = json.loads(known)
    waiting = await queue_stats(request.app.state.redis, request.app.state.keys)
    rows = [row for row in waiting["lanes"] if not row["control"]]
    depth = {(row["room_id"], row["bot_id"]): row["waiting"] for row in rows}
    for session in stats.get("sessions", ()):
        session["queue"] = depth.get((session["room_id"], session["bot_id"]), 0)
    return stats


def _not_ready(what: str) -> Response:
    return Response(status_code=503, headers={"X-Not-Ready": what})

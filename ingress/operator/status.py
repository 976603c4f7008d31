"""What an operator may ask: alive, ready, how long the queue is, which sessions live."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from redis.asyncio import Redis
from redis.exceptions import RedisError

from ingress.no_page import no_page
from ingress.operator.authentication import reader_of_stats
from ingress.operator.queue_stats import queue_stats, waiting_in
from ingress.parts import parts_of
from shared.acceptance.queue import REPLICATED_WITHIN_MS
from shared.between_processes.heartbeat import Heartbeat
from shared.keys import Keys
from shared.lane import Lane
from shared.operating.reading.members import status_of_all

router = APIRouter()
PROBE_KEPT_S = 60
STATS = [Depends(no_page), Depends(reader_of_stats)]


@router.get("/up")  # Kamal's and ONCE's own name for it
@router.get("/health")
async def health() -> dict[str, str]:
    """This process answers; says nothing of Redis or the consumer."""
    return {"status": "ok"}


@router.get("/ready")
async def ready(request: Request) -> Response:
    """200 when a message sent now would be answered; else an empty 503 that names what is not.

    The names stand in the `X-Not-Ready` header: `redis` (it takes no writes, or too few replicas
    have them), `consumer` (none is alive), `draining` (it is about to end), `campfire`, `model`
    (its last contact failed).
    """
    parts = parts_of(request)
    look = partial(_missing, parts.redis, parts.keys, parts.replicas)
    if missing := await parts.ready.get("ready", look):
        return Response(status_code=503, headers={"X-Not-Ready": ", ".join(missing)})
    return Response("ready\n", media_type="text/plain")


async def _missing(redis: Redis, keys: Keys, replicas: int) -> list[str]:
    pipe = redis.pipeline(transaction=False)
    pipe.set(keys.ready_probe, "1", ex=PROBE_KEPT_S)
    pipe.get(keys.heartbeat)
    if replicas:
        pipe.wait(replicas, REPLICATED_WITHIN_MS)
    try:
        _, beat, *reached = await pipe.execute()
    except (RedisError, OSError):
        return ["redis"]
    if reached and reached[0] < replicas:
        return ["redis"]
    if beat is None:
        return ["consumer"]
    heartbeat = Heartbeat.model_validate_json(beat)
    return [*(["draining"] if heartbeat.draining else []), *heartbeat.failing]


@router.get("/queue/stats", dependencies=STATS)
async def queue(request: Request) -> dict[str, Any]:
    """How many messages wait and run, by lane."""
    return await queue_stats(parts_of(request).redis, parts_of(request).keys)


@router.get("/session/stats", dependencies=STATS)
async def sessions(request: Request) -> dict[str, Any]:
    """The sessions of all consumers, as they last told; an empty list without any."""
    status = await status_of_all(parts_of(request).redis, parts_of(request).keys)
    if status is None:
        return {"active_sessions": 0, "sessions": [], "consumer": "not running"}
    lanes = [Lane(session.room_id, session.bot_id) for session in status.sessions]
    waiting = await waiting_in(parts_of(request).redis, parts_of(request).keys, lanes)
    queued = tuple(
        session.model_copy(update={"queue": waiting[lane]})
        for session, lane in zip(status.sessions, lanes, strict=True)
    )
    told = status.model_copy(update={"sessions": queued}) if queued else status
    return told.model_dump(mode="json", exclude_unset=True)

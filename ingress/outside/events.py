"""`POST /events/{bot}/{room}`: a program outside tells a bot something, and a turn comes of it."""

import math
import time
import uuid

import structlog
from fastapi import APIRouter, Depends, Request, Response
from opentelemetry.trace import Span
from redis.exceptions import RedisError

from ingress import instruments
from ingress.intake.raw_body import raw_body
from ingress.intake.reception import Where
from ingress.no_page import no_page
from ingress.outside.event_text import MOST_BYTES, event_text
from ingress.outside.identity import WITHIN_S, digest, named, unnamed
from ingress.outside.proof import Proof, proof
from ingress.parts import Parts, parts_of
from shared import tracing
from shared.audit import Entry
from shared.bots import Bot
from shared.errors import (
    ConfigurationError,
    DeliveryRefused,
    Unauthenticated,
    UnknownBot,
)
from shared.inbound import InboundMessage
from shared.keys import plain
from shared.kill_points import reached
from shared.lane import Lane, room_called
from shared.numbers import whole_number

STATUS: dict[Where, int] = {"full": 429, "lost": 503}
"""All else is taken, or was before."""
FULL_RETRY_S = 60

log = structlog.get_logger()
router = APIRouter(dependencies=[Depends(no_page)])


@router.post("/events/{bot_id}/{room}")
async def event(request: Request, bot_id: str, room: str) -> Response:
    """202 where it is taken (or was before), else 4xx; never with a body."""
    parts = parts_of(request)
    try:
        body = await raw_body(request, MOST_BYTES)
        bot, how = _admitted(parts, request, bot_id, room, body)
        lane = _lane(bot, room)
        if wait_s := await _too_soon_s(parts, bot):
            return await _too_many(parts, lane, wait_s)
        message = await _message(parts, request, lane, body, how)
    except DeliveryRefused as refusal:
        instruments.EVENTS.labels("", "refused").inc()
        log.warning("event_refused", status=refusal.status, reason=str(refusal))
        return Response(status_code=refusal.status)
    with tracing.step("event", **parts.keys.log_context(message)) as span:
        if (carried := tracing.carried()) is not None:
            message = message.model_copy(update={"traceparent": carried})
        return await _taken(parts, message, span)


def _admitted(
    parts: Parts, request: Request, bot_id: str, room: str, body: bytes
) -> tuple[Bot, Proof]:
    """The bot, and how the sender proved its right; nobody learns which bots take events."""
    roster = parts.access.roster
    bot = roster[bot_id] if roster.takes_part(bot_id) else None
    events = bot.events if bot is not None else None
    secret = _secret(parts, bot_id) if events is not None else None
    signed = events is not None and events.signed
    where = f"/events/{bot_id}/{room}"
    how = proof(request.headers, body, secret, time.time(), where=where, signed=signed)
    if bot is None:
        raise Unauthenticated("no such bot")
    return bot, how


def _secret(parts: Parts, bot_id: str) -> str | None:
    try:
        return parts.event_secrets.of(bot_id)
    except ConfigurationError as error:
        log.error("event_secret_unusable", bot=bot_id, reason=str(error))
        return None


def _lane(bot: Bot, room: str) -> Lane:
    number = whole_number(room)
    if number is None or bot.events is None or number not in bot.events.rooms:
        raise UnknownBot("the bot's file names no such room for events")
    return Lane(number, bot.id)


async def _too_soon_s(parts: Parts, bot: Bot) -> float:
    most = bot.events.most_an_hour if bot.events is not None else 0
    return await parts.rates.too_soon_s(bot.id, most)


async def _too_many(parts: Parts, lane: Lane, wait_s: float) -> Response:
    instruments.EVENTS.labels(lane.bot_id, "limited").inc()
    log.warning("event_limited", bot=lane.bot_id, room=lane.room_id)
    entry = Entry(what="event", bot=lane.bot_id, room=lane.room_id, detail="limited")
    await parts.audit.note(entry)
    return Response(status_code=429, headers={"Retry-After": str(math.ceil(wait_s))})


async def _message(
    parts: Parts, request: Request, lane: Lane, body: bytes, how: Proof
) -> InboundMessage:
    text = event_text(request.headers.get("content-type", ""), body)
    name = named(request.headers, body, how, lane.room_id)
    event_id, room_name = await _known(parts, request, lane, body, name)
    return InboundMessage(
        bot_id=lane.bot_id,
        room_id=lane.room_id,
        room_name=room_name,
        user_id=None,
        user_name=parts.sentences.say("a_program"),
        message_id=event_id,
        text=text,
        html=None,
        origin="event",
        about=event_id,
        accepted_ms=parts.reception.time.now_ms(),
    )


async def _known(
    parts: Parts, request: Request, lane: Lane, body: bytes, name: str | None
) -> tuple[str, str | None]:
    """The event's id, and the room's name; in one round trip, and without Redis too."""
    key = parts.keys.event(lane.bot_id, digest(body, lane.room_id))
    new = name or f"event-{uuid.uuid4().hex}"
    pipe = parts.redis.pipeline(transaction=False)
    pipe.hget(parts.keys.room_names, str(lane))
    if name is None:
        pipe.set(key, new, nx=True, get=True, ex=WITHIN_S)
    try:
        room_name, *before = await pipe.execute()
    except (RedisError, OSError) as error:
        log.warning("event_not_looked_up", error=type(error).__name__)
        alone = unnamed(request.headers, body, lane.room_id, time.time())
        return name or alone, room_called(lane, None)
    known = before[0].decode() if before and before[0] else new
    return known, room_called(lane, room_name)


async def _taken(parts: Parts, message: InboundMessage, span: Span) -> Response:
    reached("ingress.received")
    where = await parts.reception.take(message)
    reached("ingress.accepted")
    instruments.EVENTS.labels(message.bot_id, where).inc()
    tracing.tell(span, outcome=where)
    log.info("event_" + where, **parts.keys.log_context(message))
    entry = Entry(
        what="event",
        bot=message.bot_id,
        room=message.room_id,
        job=plain(parts.keys.job_id(message)),
        detail=where,
    )
    await parts.audit.note(entry)
    later = {"Retry-After": str(FULL_RETRY_S)} if where in STATUS else None
    return Response(status_code=STATUS.get(where, 202), headers=later)

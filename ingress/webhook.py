"""The webhook: authenticate, validate, accept, answer 204. Refusals are empty too."""

import time
import uuid

import structlog
from fastapi import APIRouter, Depends, Request, Response
from opentelemetry.trace import Span

from ingress import instruments
from ingress.access import Access
from ingress.no_page import no_page
from ingress.parts import Parts, parts_of
from ingress.payload import parse
from ingress.raw_body import raw_body
from ingress.room_answers import said_in_the_room
from shared import tracing
from shared.acceptance.orders import with_order
from shared.errors import DeliveryRefused
from shared.inbound import InboundMessage
from shared.kill_points import reached

log = structlog.get_logger()
router = APIRouter(dependencies=[Depends(no_page)])


@router.post("/webhook")
@router.post("/webhook/{bot_id}")
async def webhook(request: Request, bot_id: str | None = None) -> Response:
    """One delivery of Campfire's; the bot is named in the URL, by its key, or DEFAULT_BOT."""
    parts = parts_of(request)
    named = bot_id or request.query_params.get("bot_id")
    try:
        message = await _read(request, parts.access, named)
    except DeliveryRefused as refusal:
        instruments.refused()
        # No other id is told: whoever mixes up URL and key would have the key in our log.
        bot = named if named in parts.access.roster else None
        parts.refusals.note(bot, refusal.status)
        log.warning("delivery_refused", status=refusal.status, reason=str(refusal), bot=bot)
        return Response(status_code=refusal.status)
    with tracing.step("webhook", **parts.keys.log_context(message)) as span:
        if (carried := tracing.carried()) is not None:
            message = message.model_copy(update={"traceparent": carried})
        return await _accept(parts, message, span)


async def _read(request: Request, access: Access, named: str | None) -> InboundMessage:
    delivery = parse(await raw_body(request))
    bot = access.admit(named, delivery.bot_key, request.query_params.get("token"))
    message_id = delivery.message_id or uuid.uuid4().hex
    now_ms, from_bot = time.time_ns() // 1_000_000, access.roster.is_ours(delivery.user.id)
    return with_order(delivery.inbound(bot.id, message_id, now_ms, from_bot=from_bot), bot)


async def _accept(parts: Parts, message: InboundMessage, span: Span) -> Response:
    reached("ingress.received")
    where = await parts.reception.take(message)
    reached("ingress.accepted")
    instruments.delivered(message.bot_id, where)
    tracing.tell(span, outcome=where)
    log.info("delivery_" + where, **parts.keys.log_context(message))
    if where == "full":
        return said_in_the_room(parts.sentences.say("refused.lane_full"))
    if where == "lost":
        return said_in_the_room(parts.sentences.say("refused.cannot_store"))
    return Response(status_code=204)

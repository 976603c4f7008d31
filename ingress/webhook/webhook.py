"""The webhook: authenticate, validate, accept, answer 204. Refusals are empty too.

It stands before FastAPI and not among its routes: with what that does around one, and matching them
all, a delivery cost a third more. Every message comes this way.
"""

import uuid

import structlog
from opentelemetry.trace import Span
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ingress import instruments
from ingress.intake.raw_body import raw_body
from ingress.intake.reception import NOT_TAKEN, Where
from ingress.no_page import is_from_a_page
from ingress.parts import Parts
from ingress.webhook.payload import parse
from ingress.webhook.room_answers import said_in_the_room
from shared import tracing
from shared.acceptance.control_word import with_control_word
from shared.errors import DeliveryRefused
from shared.inbound import InboundMessage
from shared.kill_points import reached
from shared.numbers import whole_number

log = structlog.get_logger()
PATHS = ("/webhook/{bot_id}", "/webhook")


class Webhook:
    """Answers deliveries of Campfire's; all else is for the app behind it."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app, self._parts = app, parts
        self._routes = [Route(path, self._delivery, methods=["POST"]) for path in PATHS]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        for route in self._routes if scope["type"] == "http" else ():
            match, found = route.matches(scope)
            if match is not Match.NONE:
                scope.update(found, route=route)
                await route.handle(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _delivery(self, request: Request) -> Response:
        """The bot is named in the URL, by its key, or DEFAULT_BOT."""
        if is_from_a_page(request):
            return Response(status_code=403)
        parts = self._parts
        named = request.path_params.get("bot_id") or request.query_params.get("bot_id")
        try:
            message = await _read(request, parts, named)
        except DeliveryRefused as refusal:
            return _refused(parts, named, refusal)
        named_so = parts.keys.log_context(message)
        with tracing.step("webhook", **named_so) as span:
            if (carried := tracing.carried()) is not None:
                message = message.model_copy(update={"traceparent": carried})
            where = await _accept(parts, message, span)
        log.info("delivery_" + where, **named_so)
        return _answer(parts, where)


def _refused(parts: Parts, named: str | None, refusal: DeliveryRefused) -> Response:
    instruments.refused()
    # No other id is told: whoever mixes up URL and key would have the key in our log.
    bot = named if named in parts.access.roster else None
    parts.deliveries.refused(bot, refusal.status, parts.reception.time.now_ms())
    log.warning("delivery_refused", status=refusal.status, reason=str(refusal), bot=bot)
    return Response(status_code=refusal.status)


async def _read(request: Request, parts: Parts, named: str | None) -> InboundMessage:
    delivery = parse(await raw_body(request))
    access = parts.access
    bot = access.admit(named, delivery.bot_key, request.query_params.get("token"))
    message_id = delivery.message_id or uuid.uuid4().hex
    now_ms, from_bot = parts.reception.time.now_ms(), access.roster.is_ours(delivery.user.id)
    return with_control_word(delivery.inbound(bot.id, message_id, now_ms, from_bot=from_bot), bot)


async def _accept(parts: Parts, message: InboundMessage, span: Span) -> Where:
    reached("ingress.received")
    where = await parts.reception.take(message)
    reached("ingress.accepted")
    instruments.delivered(message.bot_id, where)
    if whole_number(message.message_id) is not None:  # else it was no Campfire that called
        parts.deliveries.came(message.bot_id, message.accepted_ms)
    if where in NOT_TAKEN:
        parts.deliveries.not_taken(message.bot_id, where)
    tracing.tell(span, outcome=where)
    return where


def _answer(parts: Parts, where: Where) -> Response:
    if where == "full":
        return said_in_the_room(parts.sentences.say("refused.lane_full"))
    if where == "lost":
        return said_in_the_room(parts.sentences.say("refused.cannot_store"))
    return Response(status_code=204)

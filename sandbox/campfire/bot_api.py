"""The bot API, `/rooms/:room_id/:bot_key/messages…`: exactly Rails' answers, on two releases.

`main` has index, PATCH, DELETE and boosts; `v1.4.9` has only create, all else is 404. Every call
goes through `BotApi.serve`, where calls are remembered and faults are applied.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.campfire import bot_messages
from sandbox.campfire.bot_answers import NOT_FOUND, sign_in_redirect
from sandbox.campfire.bot_call_log import BotCall, BotCallLog
from sandbox.campfire.bot_messages import Visit
from sandbox.campfire.chat import Chat
from sandbox.campfire.faults import DroppedConnection, Fault, Faults, faulty_answer, slowly
from sandbox.campfire.people import Person
from sandbox.campfire.webhook_sender import WebhookSender

Mode = Literal["main", "v1.4.9"]
Action = Callable[[Visit], Awaitable[Response]]

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

log = structlog.get_logger("sandbox")

_SHAPES: list[tuple[str, re.Pattern[str], dict[str, Action]]] = [
    (
        "messages",
        re.compile(r"/messages(?:\.json)?/?"),
        {"GET": bot_messages.index, "HEAD": bot_messages.index, "POST": bot_messages.create},
    ),
    (
        "message",
        re.compile(r"/messages/(?P<message>[^/.]+)(?:\.json)?/?"),
        {
            "PATCH": bot_messages.update,
            "PUT": bot_messages.update,
            "DELETE": bot_messages.destroy,
        },
    ),
    (
        "boosts",
        re.compile(r"/messages/(?P<message>[^/.]+)/boosts(?:\.json)?/?"),
        {"POST": bot_messages.create_boost},
    ),
    (
        "boost",
        re.compile(r"/messages/(?P<message>[^/.]+)/boosts/(?P<boost>[^/.]+)(?:\.json)?/?"),
        {"DELETE": bot_messages.destroy_boost},
    ),
]


@dataclass
class BotApi:
    """The API of one sandbox; `mode` may be changed while it runs."""

    chat: Chat
    webhooks: WebhookSender
    calls: BotCallLog
    faults: Faults
    mode: Mode = "main"

    async def serve(self, request: Request) -> Response:
        """Answer one call (a Starlette endpoint)."""
        call = await self._note(request)
        fault = self.faults.take(call)
        started = time.monotonic()
        try:
            response = await self._answer(request, call, fault)
        finally:
            call.seconds = round(time.monotonic() - started, 3)
        call.status = None if isinstance(response, DroppedConnection) else response.status_code
        log.info("bot_api_called", **call.log_context())
        return response

    async def _note(self, request: Request) -> BotCall:
        bot = self.chat.people.bot_by_key(request.path_params["bot_key"])
        return self.calls.start(
            method=request.method,
            room=request.path_params["room_id"],
            bot_id=bot.bot_id if bot else None,
            path=f"/messages{request.path_params['rest']}",
            content_type=request.headers.get("content-type"),
            body=await request.body(),
        )

    async def _answer(self, request: Request, call: BotCall, fault: Fault | None) -> Response:
        if fault is None:
            return await self._route(request, call)
        call.fault = f"{fault.kind} {fault.when}"
        if fault.when == "before" and fault.kind in ("status", "drop"):
            return faulty_answer(fault)
        if fault.when == "before" and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        response = await self._route(request, call)
        return await _spoil(response, fault)

    async def _route(self, request: Request, call: BotCall) -> Response:
        action, parameters = _find(call.method, call.path)
        if action is None or (self.mode == "v1.4.9" and action is not bot_messages.create):
            return NOT_FOUND()
        bot = self.chat.people.bot_by_key(request.path_params["bot_key"])
        if bot is None:
            return sign_in_redirect(request)
        return await self._act(request, call, action, bot, parameters)

    async def _act(
        self,
        request: Request,
        call: BotCall,
        action: Action,
        bot: Person,
        parameters: dict[str, str],
    ) -> Response:
        room = self.chat.rooms.get(bot_messages.to_id(call.room))
        if room is None or not self.chat.rooms.is_member(room.id, bot.id):
            return NOT_FOUND()
        visit = Visit(self.chat, self.webhooks, request, bot, room, parameters)
        response = await action(visit)
        call.message_id = visit.message_id
        return response


async def _spoil(response: Response, fault: Fault) -> Response:
    if fault.kind == "slow_body" and isinstance(response, JSONResponse):
        return await slowly(response, fault.seconds)
    if fault.when == "after" and fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    if fault.when == "after" and fault.kind in ("status", "drop"):
        return faulty_answer(fault)
    return response


def _find(method: str, path: str) -> tuple[Action | None, dict[str, str]]:
    for _, shape, actions in _SHAPES:
        match = shape.fullmatch(path)
        if match is not None:
            return actions.get(method), match.groupdict()
    return None, {}

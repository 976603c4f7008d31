"""The bot API, `/rooms/:room_id/:bot_key/messages…`: exactly Rails' answers, on two releases.

`main` has index, PATCH, DELETE and boosts; `v1.4.9` has only create, all else is 404. Every call
goes through `BotApi.serve`, where calls are remembered and faults are applied.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from starlette.requests import Request
from starlette.responses import Response

from sandbox.campfire.bot_api import actions
from sandbox.campfire.bot_api.actions import Visit
from sandbox.campfire.bot_api.answers import (
    Mode,
    app_answer,
    error_answer,
    no_route,
    sign_in_redirect,
)
from sandbox.campfire.bot_api.call_log import BotCall, BotCallLog
from sandbox.campfire.bot_api.faults import DroppedConnection, Fault, Faults, faulty_answer, slowly
from sandbox.campfire.chat.chat import Chat
from sandbox.campfire.chat.posting import Posting
from sandbox.campfire.sessions import is_signed_in
from sandbox.campfire.stored.people import Person
from sandbox.campfire.webhooks.sender import WebhookSender

Action = Callable[[Visit], Awaitable[Response]]

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

log = structlog.get_logger("sandbox")

_SHAPES: list[tuple[str, re.Pattern[str], dict[str, Action]]] = [
    (
        "messages",
        re.compile(r"/messages(?:\.json)?/?"),
        {"GET": actions.index, "HEAD": actions.index, "POST": actions.create},
    ),
    (
        "message",
        re.compile(r"/messages/(?P<message>[^/.]+)(?:\.json)?/?"),
        {
            "PATCH": actions.update,
            "PUT": actions.update,
            "DELETE": actions.destroy,
        },
    ),
    (
        "boosts",
        re.compile(r"/messages/(?P<message>[^/.]+)/boosts(?:\.json)?/?"),
        {"POST": actions.create_boost},
    ),
    (
        "boost",
        re.compile(r"/messages/(?P<message>[^/.]+)/boosts/(?P<boost>[^/.]+)(?:\.json)?/?"),
        {"DELETE": actions.destroy_boost},
    ),
]


@dataclass
class BotApi:
    """The API of one sandbox; `mode` may be changed while it runs."""

    chat: Chat
    posting: Posting
    webhooks: WebhookSender
    calls: BotCallLog
    faults: Faults
    mode: Mode = "main"
    banned: set[str] = field(default_factory=set)

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
        bot = self.chat.people.bot_by_key(request.path_params["bot_key"].strip())
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
        if action is None or (self.mode == "v1.4.9" and action is not actions.create):
            return no_route(request)
        writes = call.method not in ("GET", "HEAD")
        if writes and _address(request) in self.banned:
            return app_answer(self.mode, 429)
        if writes and is_signed_in(self.chat.people, request):
            return error_answer(self.mode, 422)  # the person's session wins, its CSRF token lacks
        bot = self.chat.people.bot_by_key(request.path_params["bot_key"].strip())
        if bot is None:
            return sign_in_redirect(request, self.mode)
        return await self._act(request, call, action, bot, parameters)

    async def _act(
        self,
        request: Request,
        call: BotCall,
        action: Action,
        bot: Person,
        parameters: dict[str, str],
    ) -> Response:
        room = self.chat.rooms.get(actions.to_id(call.room))
        if room is None or not self.chat.rooms.is_member(room.id, bot.id):
            return app_answer("main", 404) if self.mode == "main" else error_answer(self.mode, 500)
        visit = Visit(
            self.chat, self.posting, self.webhooks, request, self.mode, bot, room, parameters
        )
        response = await action(visit)
        call.message_id = visit.message_id
        return response


async def _spoil(response: Response, fault: Fault) -> Response:
    if fault.kind == "slow_body" and response.body:
        return await slowly(response, fault.seconds)
    if fault.when == "after" and fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    if fault.when == "after" and fault.kind in ("status", "drop"):
        return faulty_answer(fault)
    return response


def _find(method: str, path: str) -> tuple[Action | None, dict[str, str]]:
    for _, shape, by_method in _SHAPES:
        match = shape.fullmatch(path)
        if match is not None:
            return by_method.get(method), match.groupdict()
    return None, {}


def _address(request: Request) -> str:
    """Where a call comes from, as Rails takes it: what a proxy says, else the connection's end."""
    forwarded = request.headers.get("x-forwarded-for", "").split(",")[0].strip()
    return forwarded or (request.client.host if request.client else "")

"""Calls the bots' webhooks and posts what they answer, by Rails' rules: 7 s, no retry.

Every call is a task of its own, so a slow bot holds up nobody. Neighbours: `webhook_request`
makes the bytes, `webhook_answer` judges the answer, `delivery_log` remembers both.
"""

import asyncio
import time
from types import TracebackType
from typing import Self

import structlog

from sandbox.campfire.chat import Chat
from sandbox.campfire.delivery_log import Delivery, DeliveryLog
from sandbox.campfire.messages import Message
from sandbox.campfire.net_http import TimedOut, Unreachable, post
from sandbox.campfire.people import Person
from sandbox.campfire.rooms import Room
from sandbox.campfire.webhook_answer import FileReply, Silence, TextReply, reply_of
from sandbox.campfire.webhook_request import webhook_body, webhook_headers

TIMEOUT_SECONDS = 7.0
TIMEOUT_NOTICE = "Failed to respond within 7 seconds"

log = structlog.get_logger("sandbox")


class WebhookSender:
    """Sends webhooks while its `async with` block lasts; then open calls are dropped.

    `timeout` in seconds, for the connection and for each read.
    """

    def __init__(
        self, chat: Chat, deliveries: DeliveryLog, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._chat = chat
        self._deliveries = deliveries
        self._timeout = timeout
        self._calls: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def call_bots(self, author: Person, room: Room, message: Message) -> None:
        """Start a call to each bot that this new message is for; returns at once."""
        for bot in self._chat.called_bots(author, room, message):
            if bot.webhook_url:
                task = asyncio.create_task(self._call(author, room, bot, message))
                self._calls.add(task)
                task.add_done_callback(self._calls.discard)

    async def settled(self) -> None:
        """Wait until every call so far has ended and its answer is posted."""
        await asyncio.gather(*self._calls)

    async def _call(self, author: Person, room: Room, bot: Person, message: Message) -> None:
        plain = self._chat.plain_text(message)
        body = webhook_body(author, room, bot, message, plain)
        delivery = self._deliveries.start(bot.bot_id or "", room.id, message.id, body)
        started = time.monotonic()
        try:
            await self._exchange(bot, room, delivery, body)
        except TimedOut:
            delivery.outcome = "timeout"
            self._post(bot, room, delivery, TextReply(TIMEOUT_NOTICE))
        except Unreachable as error:
            delivery.outcome, delivery.error = "unreachable", str(error)
        delivery.seconds = round(time.monotonic() - started, 3)
        log.info("webhook_called", **delivery.log_context())

    async def _exchange(self, bot: Person, room: Room, delivery: Delivery, body: bytes) -> None:
        url = bot.webhook_url or ""
        answer = await post(url, webhook_headers(url, body), body, self._timeout)
        delivery.answered(answer.status, answer.content_type, answer.body)
        reply = reply_of(answer.status, answer.content_type, answer.body)
        self._post(bot, room, delivery, reply)

    def _post(
        self, bot: Person, room: Room, delivery: Delivery, reply: TextReply | FileReply | Silence
    ) -> None:
        """Post an answer; it calls no other bot (r27) and needs no membership."""
        if isinstance(reply, Silence):
            delivery.outcome = "nothing"
        elif self._chat.rooms.get(room.id) is not None:
            posted = (
                self._chat.post(bot, room, reply.html)
                if isinstance(reply, TextReply)
                else self._chat.post(bot, room, None, reply.upload)
            )
            delivery.posted(posted.id, "file" if isinstance(reply, FileReply) else "message")

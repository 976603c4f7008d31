"""Calls the bots' webhooks and posts what they answer, by Rails' rules: 7 s, no retry.

Each call is a background job, so they run one after the other. What is sent is read when the job's
turn comes: an edit is in it (w50), a deleted message is no call (w51), a rotated key is the new
one (w55), and a bot that left the room or was deactivated meanwhile is called all the same (w52).

Neighbours: `webhook_request` makes the bytes, `webhook_answer` judges the answer, `delivery_log`
remembers both.
"""

import time

import structlog

from sandbox.campfire.chat.chat import Chat
from sandbox.campfire.chat.jobs import JobFailed, Jobs, Missing
from sandbox.campfire.chat.posting import Posting, Stored
from sandbox.campfire.stored.messages import Message
from sandbox.campfire.stored.people import Person
from sandbox.campfire.stored.rooms import Room
from sandbox.campfire.webhooks.answer import FileReply, Silence, TextReply, reply_of
from sandbox.campfire.webhooks.delivery_log import Delivery, DeliveryLog, Outcome
from sandbox.campfire.webhooks.net_http import TimedOut, Unreachable, post
from sandbox.campfire.webhooks.request import webhook_body, webhook_headers

TIMEOUT_SECONDS = 7.0
TIMEOUT_NOTICE = "Failed to respond within 7 seconds"

log = structlog.get_logger("sandbox")


class WebhookSender:
    """Sends webhooks as jobs; `timeout` in seconds, for the connection and for each read."""

    def __init__(
        self,
        chat: Chat,
        posting: Posting,
        jobs: Jobs,
        deliveries: DeliveryLog,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._chat = chat
        self._posting = posting
        self._jobs = jobs
        self._deliveries = deliveries
        self._timeout = timeout

    def call_bots(self, author: Person, room: Room, message: Message) -> None:
        """Queue a call to each bot that this new message is for; returns at once."""
        for bot in self._chat.called_bots(author, room, message):
            if bot.webhook_url:
                self._queue(bot.id, message.id)

    async def settled(self) -> None:
        """Wait until every call so far has ended and its answer is posted."""
        await self._jobs.settled()

    def _queue(self, bot_id: int, message_id: int) -> None:
        async def call() -> None:
            await self._call(bot_id, message_id)

        self._jobs.enqueue("Bot::WebhookJob", call)

    async def _call(self, bot_id: int, message_id: int) -> None:
        message, bot = self._chat.messages.get(message_id), self._chat.people.get(bot_id)
        if message is None or bot is None:
            raise Missing("Message", message_id)
        room = self._chat.rooms.get(message.room_id)
        author = self._chat.people.get(message.creator_id)
        if room is None or author is None:
            raise Missing("Message", message_id)
        body = webhook_body(author, room, bot, message, self._chat.plain_text(message))
        delivery = self._deliveries.start(bot.bot_id or "", room.id, message.id, body)
        started = time.monotonic()
        try:
            await self._exchange(bot, room, delivery, body)
        except JobFailed as failure:
            delivery.failed(failure.error)
            raise
        finally:
            delivery.seconds = round(time.monotonic() - started, 3)
            log.info("webhook_called", **delivery.log_context())

    async def _exchange(self, bot: Person, room: Room, delivery: Delivery, body: bytes) -> None:
        url = bot.webhook_url or ""
        try:
            answer = await post(url, webhook_headers(url, body), body, self._timeout)
        except TimedOut:
            delivery.outcome = "timeout"
            self._post(bot, room, delivery, TextReply(TIMEOUT_NOTICE))
            return
        except Unreachable as error:
            delivery.outcome = "unreachable"
            raise JobFailed(error.exception, error.error) from error
        delivery.answered(answer.status, answer.content_type, answer.body)
        self._post(bot, room, delivery, reply_of(answer.status, answer.content_type, answer.body))

    def _post(
        self, bot: Person, room: Room, delivery: Delivery, reply: TextReply | FileReply | Silence
    ) -> None:
        """Post an answer; it calls no other bot (r27) and needs no membership (r57)."""
        if isinstance(reply, Silence):
            delivery.outcome = "nothing"
            return
        if self._chat.rooms.get(room.id) is None:
            raise JobFailed(
                "ActiveRecord::InvalidForeignKey",
                "SQLite3::ConstraintException: FOREIGN KEY constraint failed",
            )
        kind: Outcome = "file" if isinstance(reply, FileReply) else "message"
        text = reply.html if isinstance(reply, TextReply) else None
        upload = reply.upload if isinstance(reply, FileReply) else None
        try:
            delivery.posted(self._posting.post(bot, room, text, upload).id, kind)
        except Stored as stored:
            delivery.posted(stored.message.id, kind)
            raise stored.cause from stored

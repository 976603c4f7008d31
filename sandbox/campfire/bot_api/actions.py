"""The actions of the bot API: what Rails' `Messages::ByBotsController` and its kin do."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from sandbox.campfire.bot_api.answers import (
    Mode,
    app_answer,
    base_url,
    error_answer,
    json_answer,
)
from sandbox.campfire.bot_api.message_json import boost_json, message_json
from sandbox.campfire.bot_api.posted_body import RefusedBody, is_blank, posted_text, read_posted
from sandbox.campfire.chat.chat import Chat
from sandbox.campfire.chat.posting import Posting, Stored
from sandbox.campfire.rails.signed_ids import BrokenSgid
from sandbox.campfire.stored.messages import Message
from sandbox.campfire.stored.people import Person
from sandbox.campfire.stored.rooms import Room
from sandbox.campfire.webhooks.sender import WebhookSender

PAGE_SIZE = 40


@dataclass
class Visit:
    """One call whose key and room are good; `parameters` are the ids in its path."""

    chat: Chat
    posting: Posting
    webhooks: WebhookSender
    request: Request
    mode: Mode
    bot: Person
    room: Room
    parameters: dict[str, str]
    message_id: int | None = None

    def message(self) -> Message | None:
        """The message the path names, when it is in this room."""
        return self.in_room(self.parameters["message"])

    def in_room(self, message_id: str) -> Message | None:
        """A message of this room by its id as the client wrote it."""
        found = self.chat.messages.get(to_id(message_id))
        return found if found and found.room_id == self.room.id else None

    def head(self, status: int) -> Response:
        """An answer of the application without a body."""
        return app_answer(self.mode, status)


def to_id(text: str) -> int:
    """Ruby's `to_i` for ids: what is no number is 0, which nothing has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


async def create(visit: Visit) -> Response:
    """POST: 201 with the new message's address; on main 422 for nothing but blanks."""
    try:
        body, upload = await read_posted(visit.request, visit.mode)
    except RefusedBody as refused:
        return refused.response
    try:
        message = visit.posting.post(visit.bot, visit.room, body, upload)
    except Stored as stored:
        visit.message_id = stored.message.id
        return error_answer(visit.mode, 500)
    visit.message_id = message.id
    visit.webhooks.call_bots(visit.bot, visit.room, message)
    headers = {"Location": f"{base_url(visit.request)}/messages/{message.id}"}
    return app_answer(visit.mode, 201, content_type=_created_type(visit), headers=headers)


async def index(visit: Visit) -> Response:
    """GET: 40 messages, oldest first, `before` or `after` one of this room.

    404 when that one was deleted or is elsewhere (a76-a79): a cursor does not outlive its message.
    500 when one on the page cannot be drawn (a175).
    """
    before, after = (visit.request.query_params.get(name) for name in ("before", "after"))
    pivot_id = before or after
    pivot = visit.in_room(pivot_id) if pivot_id else None
    if pivot_id and pivot is None:
        return error_answer(visit.mode, 404)
    messages, room_id = visit.chat.messages, visit.room.id
    if pivot and not before:
        page = messages.after(room_id, pivot.id, PAGE_SIZE)
    else:
        page = messages.before(room_id, pivot.id if pivot else None, PAGE_SIZE)
    return _page(visit, page, _following(visit, page, newer=bool(after)))


def _following(visit: Visit, page: list[Message], *, newer: bool) -> str | None:
    """The query of the next page; who names `after` is led on to newer ones in any case (a72)."""
    messages, room_id = visit.chat.messages, visit.room.id
    if not page:
        return None
    if newer:
        return f"after={page[-1].id}" if messages.after(room_id, page[-1].id, 1) else None
    return f"before={page[0].id}" if messages.before(room_id, page[0].id, 1) else None


def _page(visit: Visit, page: list[Message], following: str | None) -> Response:
    base = base_url(visit.request)
    headers = {"X-Total-Count": str(visit.chat.messages.count(visit.room.id))}
    if following:
        path = f"/rooms/{visit.room.id}/{visit.bot.bot_key}/messages"
        headers["Link"] = f'<{base}{path}?{following}>; rel="next"'
    try:
        shown = [message_json(visit.chat, message, base) for message in page]
    except BrokenSgid:
        return error_answer(visit.mode, 500)
    return json_answer(visit.request, visit.mode, 200, shown, headers)


async def update(visit: Visit) -> Response:
    """PATCH or PUT: the raw body is the new text, an empty one blanks the message (a32).

    A file replaces the file and leaves the text (a127).
    """
    message = visit.message()
    if message is None:
        return error_answer(visit.mode, 404)
    if message.creator_id != visit.bot.id:
        return visit.head(403)
    try:
        body, upload = await read_posted(visit.request, visit.mode, blank=True)
    except RefusedBody as refused:
        return refused.response
    edited = visit.chat.edit(message, body, upload)
    visit.message_id = message.id
    try:
        shown = message_json(visit.chat, edited, base_url(visit.request))
    except BrokenSgid:
        return error_answer(visit.mode, 500)
    return json_answer(visit.request, visit.mode, 200, shown)


async def destroy(visit: Visit) -> Response:
    """DELETE: 204; only what the bot itself wrote."""
    message = visit.message()
    if message is None:
        return error_answer(visit.mode, 404)
    if message.creator_id != visit.bot.id:
        return visit.head(403)
    visit.chat.delete(message)
    visit.message_id = message.id
    return visit.head(204)


async def create_boost(visit: Visit) -> Response:
    """POST boosts: any text that is not blank, of any length, as often as it comes (a107)."""
    message = visit.message()
    if message is None:
        return visit.head(404)
    content = posted_text(await visit.request.body())
    if content is None or is_blank(content):
        return visit.head(422) if content is not None else error_answer(visit.mode, 500)
    boost = visit.chat.boost(visit.bot, message, content)
    visit.message_id = message.id
    shown = boost_json(visit.chat, message, boost, base_url(visit.request))
    return json_answer(visit.request, visit.mode, 201, shown)


async def destroy_boost(visit: Visit) -> Response:
    """DELETE a boost: 204; 404 when it is gone or another's."""
    message = visit.message()
    boosts = visit.chat.boosts.of(message.id) if message else []
    wanted = to_id(visit.parameters["boost"])
    boost = next((b for b in boosts if b.id == wanted and b.booster_id == visit.bot.id), None)
    if message is None or boost is None:
        return visit.head(404)
    visit.chat.unboost(message, boost)
    visit.message_id = message.id
    return visit.head(204)


def _created_type(visit: Visit) -> str:
    """main says JSON whatever was asked for; v1.4.9 what was, else HTML (a01, a138-a140b)."""
    if visit.mode == "main":
        return "application/json"
    accepted = visit.request.headers.get("accept", "").partition(",")[0].partition(";")[0].strip()
    return accepted if accepted in ("application/json", "application/xml") else "text/html"

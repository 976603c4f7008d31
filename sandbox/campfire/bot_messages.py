"""The actions of the bot API: what Rails' `Messages::ByBotsController` and its kin do."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.campfire.bot_answers import NOT_FOUND, base_url, head
from sandbox.campfire.chat import Chat
from sandbox.campfire.message_json import boost_json, message_json
from sandbox.campfire.messages import Message
from sandbox.campfire.people import Person
from sandbox.campfire.posted_body import RefusedBody, read_posted
from sandbox.campfire.rooms import Room
from sandbox.campfire.webhook_sender import WebhookSender

PAGE_SIZE = 40


@dataclass
class Visit:
    """One call whose key and room are good; `parameters` are the ids in its path."""

    chat: Chat
    webhooks: WebhookSender
    request: Request
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


def to_id(text: str) -> int:
    """Ruby's `to_i` for ids: what is no number is 0, which nothing has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


async def create(visit: Visit) -> Response:
    """POST: 201 with the new message's address, 422 for nothing but blanks."""
    try:
        body, upload = await read_posted(visit.request)
    except RefusedBody as refused:
        return refused.response
    message = visit.chat.post(visit.bot, visit.room, body, upload)
    visit.message_id = message.id
    visit.webhooks.call_bots(visit.bot, visit.room, message)
    return head(201, {"Location": f"{base_url(visit.request)}/messages/{message.id}"})


async def index(visit: Visit) -> Response:
    """GET: 40 messages, oldest first, `before` or `after` one of this room."""
    before, after = (visit.request.query_params.get(name) for name in ("before", "after"))
    pivot_id = before or after
    pivot = visit.in_room(pivot_id) if pivot_id else None
    if pivot_id and pivot is None:
        return NOT_FOUND()
    messages = visit.chat.messages
    if pivot and not before:
        page = messages.after(visit.room.id, pivot.id, PAGE_SIZE)
        more = bool(page) and bool(messages.after(visit.room.id, page[-1].id, 1))
        following = f"after={page[-1].id}" if more else None
    else:
        page = messages.before(visit.room.id, pivot.id if pivot else None, PAGE_SIZE)
        more = bool(page) and bool(messages.before(visit.room.id, page[0].id, 1))
        following = f"before={page[0].id}" if more else None
    return _page(visit, page, following)


def _page(visit: Visit, page: list[Message], following: str | None) -> Response:
    base = base_url(visit.request)
    headers = {"X-Total-Count": str(visit.chat.messages.count(visit.room.id))}
    if following:
        path = f"/rooms/{visit.room.id}/{visit.bot.bot_key}/messages"
        headers["Link"] = f'<{base}{path}?{following}>; rel="next"'
    return JSONResponse([message_json(visit.chat, m, base) for m in page], headers=headers)


async def update(visit: Visit) -> Response:
    """PATCH or PUT: the raw body is the new text, an empty one blanks the message."""
    message = visit.message()
    if message is None:
        return NOT_FOUND()
    if message.creator_id != visit.bot.id:
        return head(403)
    body = (await visit.request.body()).decode(errors="replace")
    edited = visit.chat.edit(message, body)
    visit.message_id = message.id
    return JSONResponse(message_json(visit.chat, edited, base_url(visit.request)))


async def destroy(visit: Visit) -> Response:
    """DELETE: 204; only what the bot itself wrote."""
    message = visit.message()
    if message is None:
        return NOT_FOUND()
    if message.creator_id != visit.bot.id:
        return head(403)
    visit.chat.delete(message)
    visit.message_id = message.id
    return head(204)


async def create_boost(visit: Visit) -> Response:
    """POST boosts: any text that is not blank, of any length (SQLite does not enforce 16)."""
    message = visit.message()
    if message is None:
        return NOT_FOUND()
    content = (await visit.request.body()).decode(errors="replace")
    if not content.strip():
        return head(422)
    boost = visit.chat.boost(visit.bot, message, content)
    visit.message_id = message.id
    base = base_url(visit.request)
    return JSONResponse(boost_json(visit.chat, message, boost, base), 201)


async def destroy_boost(visit: Visit) -> Response:
    """DELETE a boost: 204; 404 when it is gone or another's."""
    message = visit.message()
    boosts = visit.chat.boosts.of(message.id) if message else []
    wanted = to_id(visit.parameters["boost"])
    boost = next((b for b in boosts if b.id == wanted and b.booster_id == visit.bot.id), None)
    if message is None or boost is None:
        return NOT_FOUND()
    visit.chat.unboost(message, boost)
    visit.message_id = message.id
    return head(204)

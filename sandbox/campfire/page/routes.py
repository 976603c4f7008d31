"""The page's addresses: `/`, `/rooms/ID`, live events, files and avatars.

A person writes with the same form fields as Campfire's composer; who writes is the page's choice,
there is no sign-in. A bot's key opens none of it (403), as in Rails.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.campfire.bot_answers import NOT_FOUND, head, sign_in_redirect
from sandbox.campfire.bot_messages import to_id
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.events import ChatEvent
from sandbox.campfire.messages import Upload
from sandbox.campfire.page.views import PREVIEWED_TYPES, Views, initials
from sandbox.campfire.people import Person
from sandbox.campfire.rooms import Room

PAGE_SIZE = 60
KEEP_ALIVE_SECONDS = 15.0
PERSON_COOKIE = "sandbox_person"

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Pages:
    """The pages over one Campfire."""

    def __init__(self, campfire: Campfire, *, stand_in_model: bool) -> None:
        self._campfire = campfire
        self._chat = campfire.chat
        self._views = Views(campfire.chat)
        self._stand_in_model = stand_in_model

    def routes(self) -> list[BaseRoute]:
        """What to serve at the root."""
        assets = StaticFiles(directory=Path(__file__).parent / "assets")
        return [
            Route("/", self.home, methods=["GET"]),
            Route("/rooms/{room_id:int}", self.room, methods=["GET"]),
            Route("/rooms/{room_id:int}/@{message_id:int}", self.room, methods=["GET"]),
            Route("/rooms/{room_id:int}/messages", self.messages, methods=["GET"]),
            Route("/rooms/{room_id:int}/messages", self.write, methods=["POST"]),
            Route("/events", self.events, methods=["GET"]),
            Route("/attachments/{message_id:int}/{filename:path}", self.file, methods=["GET"]),
            Route("/users/{person_id:int}/avatar", self.avatar, methods=["GET"]),
            Mount("/assets", assets),
        ]

    async def home(self, request: Request) -> Response:
        """To the room that is best to start in."""
        rooms = self._views.rooms_of(self._viewer(request))
        start = next((room for room in rooms if room.title == "Support"), rooms[0])
        return RedirectResponse(f"/rooms/{start.id}{_query(request)}", 302)

    async def room(self, request: Request) -> Response:
        """A room with its newest messages and the composer."""
        refused = self._refuse_bot(request)
        room = self._chat.rooms.get(request.path_params["room_id"])
        if refused is not None or room is None:
            return refused or NOT_FOUND()
        viewer = self._viewer(request)
        shown, older = self._newest(room, None)
        view = self._views.room(room, viewer)
        html = self._views.render(
            "room.html",
            room=view,
            rooms=self._views.rooms_of(viewer),
            viewer=viewer,
            people=self._chat.people.humans(),
            mentionable=self._views.mentionable(view, viewer),
            messages=shown,
            older=older,
            stand_in_model=self._stand_in_model,
            mode=self._campfire.bot_api.mode,
            has_bots=bool(self._chat.people.bots()),
        )
        response = HTMLResponse(html, headers=SECURITY_HEADERS)
        response.set_cookie(PERSON_COOKIE, str(viewer.id), samesite="strict", httponly=True)
        return response

    async def messages(self, request: Request) -> Response:
        """The list alone: what the page reads after a lost connection, or to go back."""
        refused = self._refuse_bot(request)
        room = self._chat.rooms.get(request.path_params["room_id"])
        if refused is not None or room is None:
            return refused or NOT_FOUND()
        before = request.query_params.get("before", "")
        shown, older = self._newest(room, to_id(before) or None)
        html = self._views.render("messages.html", messages=shown, older=older)
        return HTMLResponse(html, headers=SECURITY_HEADERS)

    async def write(self, request: Request) -> Response:
        """A person's message: `message[body]` (HTML) or `message[attachment]`."""
        room = self._chat.rooms.get(request.path_params["room_id"])
        if room is None:
            return NOT_FOUND()
        async with request.form() as form:
            body = form.get("message[body]")
            file = form.get("message[attachment]")
            upload = None
            if isinstance(file, UploadFile):
                content_type = file.content_type or "application/octet-stream"
                upload = Upload(file.filename or "file", content_type, await file.read())
        if upload is None and (not isinstance(body, str) or not body.strip()):
            return head(422)
        viewer = self._viewer(request)
        message = self._chat.post(viewer, room, body if isinstance(body, str) else None, upload)
        self._campfire.webhooks.call_bots(viewer, room, message)
        return HTMLResponse(self._views.message_html(message), 201, SECURITY_HEADERS)

    async def events(self, request: Request) -> Response:
        """Server-sent events: `message` (new or changed, with its HTML) and `removed`."""
        headers = {**SECURITY_HEADERS, "X-Accel-Buffering": "no"}
        return StreamingResponse(self._stream(), 200, headers, "text/event-stream")

    async def file(self, request: Request) -> Response:
        """A message's file: pictures in the page, all else as a download."""
        message = self._chat.messages.get(request.path_params["message_id"])
        data = message and self._chat.messages.attachment_data(message.id)
        if message is None or message.attachment is None or data is None:
            return NOT_FOUND()
        content_type = message.attachment.content_type
        shown = content_type in PREVIEWED_TYPES
        headers = {**SECURITY_HEADERS, "Content-Disposition": "inline" if shown else "attachment"}
        return Response(data, 200, headers, content_type)

    async def avatar(self, request: Request) -> Response:
        """Somebody's initials on a colour of their own."""
        person = self._chat.people.get(request.path_params["person_id"])
        if person is None:
            return NOT_FOUND()
        svg = self._views.render(
            "avatar.svg", letters=initials(person.name), hue=(person.id * 67 + 20) % 360
        )
        return Response(svg, 200, SECURITY_HEADERS, "image/svg+xml")

    async def _stream(self) -> AsyncIterator[str]:
        with self._campfire.hub.subscribe() as events:
            yield "retry: 1000\n: connected\n\n"
            while True:
                try:
                    async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                        event = await anext(events, None)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if event is None:
                    return
                yield self._event_text(event)

    def _event_text(self, event: ChatEvent) -> str:
        message = self._chat.messages.get(event.message_id)
        data: dict[str, object] = {"room": event.room_id, "id": event.message_id}
        if message is None:
            return f"event: removed\ndata: {json.dumps(data)}\n\n"
        data["html"] = self._views.message_html(message)
        data["kind"] = event.kind
        return f"event: message\ndata: {json.dumps(data)}\n\n"

    def _newest(self, room: Room, before: int | None) -> tuple[list[object], int | None]:
        messages = self._chat.messages.before(room.id, before, PAGE_SIZE)
        more = bool(messages) and self._chat.messages.before(room.id, messages[0].id, 1)
        return [self._views.message(m) for m in messages], messages[0].id if more else None

    def _viewer(self, request: Request) -> Person:
        """As whom the page is used: `?as=ID`, else as before, else Ada."""
        for wanted in (request.query_params.get("as"), request.cookies.get(PERSON_COOKIE)):
            person = self._chat.people.get(to_id(wanted or ""))
            if person is not None and not person.is_bot:
                return person
        return self._chat.people.humans()[0]

    def _refuse_bot(self, request: Request) -> Response | None:
        key = request.query_params.get("bot_key")
        if key is None:
            return None
        known = self._chat.people.bot_by_key(key) is not None
        return head(403) if known else sign_in_redirect(request)


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""

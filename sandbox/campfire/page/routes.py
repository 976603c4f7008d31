"""The page's addresses: `/`, `/rooms/ID`, live events, files and avatars.

Neighbours: `actions` is what a person does there, `viewing` what all answers share. There is no
sign-in: who looks is the page's choice. A bot's key opens none of it (403), as in Rails.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.campfire.bot_api.actions import to_id
from sandbox.campfire.bot_api.answers import not_found_page
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.chat.events import ChatEvent
from sandbox.campfire.page.actions import Actions
from sandbox.campfire.page.viewing import SECURITY_HEADERS, head, refuse_bot, viewer_of
from sandbox.campfire.page.views import Views, initials
from sandbox.campfire.rails.signed_ids import avatar_user_id
from sandbox.campfire.sessions import PERSON_COOKIE
from sandbox.campfire.stored.people import Person
from sandbox.campfire.stored.pictures import is_picture
from sandbox.campfire.stored.rooms import Room

PAGE_SIZE = 60
KEEP_ALIVE_SECONDS = 15.0


class Pages:
    """The pages over one Campfire."""

    def __init__(self, campfire: Campfire, *, stand_in_model: bool) -> None:
        self._campfire = campfire
        self._chat = campfire.chat
        self._views = Views(campfire)
        self._stand_in_model = stand_in_model

    def routes(self) -> list[BaseRoute]:
        """What to serve at the root."""
        assets = StaticFiles(directory=Path(__file__).parent / "assets")
        return [
            Route("/", self.home, methods=["GET"]),
            Route("/rooms/{room_id:int}", self.room, methods=["GET"]),
            Route("/rooms/{room_id:int}/@{message_id:int}", self.room, methods=["GET"]),
            Route("/rooms/{room_id:int}/messages", self.messages, methods=["GET"]),
            Route("/events", self.events, methods=["GET"]),
            Route("/pushes", self.pushes, methods=["GET"]),
            Route("/attachments/{message_id:int}/{filename:path}", self.file, methods=["GET"]),
            Route("/users/{token}/avatar", self.avatar, methods=["GET"]),
            *Actions(self._campfire, self._views).routes(),
            Mount("/assets", assets),
        ]

    async def home(self, request: Request) -> Response:
        """To the room that is best to start in."""
        rooms = self._views.rooms_of(viewer_of(self._campfire, request))
        start = next((room for room in rooms if room.title == "Support"), rooms[0])
        return RedirectResponse(f"/rooms/{start.id}{_query(request)}", 302)

    async def room(self, request: Request) -> Response:
        """A room with its newest messages and the composer."""
        refused = refuse_bot(self._campfire, request)
        room = self._chat.rooms.get(request.path_params["room_id"])
        if refused is not None or room is None:
            return refused or not_found_page()
        viewer = viewer_of(self._campfire, request)
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
            pushes=self._views.pushes(),
            stand_in_model=self._stand_in_model,
            mode=self._campfire.bot_api.mode,
            has_bots=bool(self._chat.people.bots()),
        )
        response = HTMLResponse(html, headers=SECURITY_HEADERS)
        response.set_cookie(PERSON_COOKIE, str(viewer.id), samesite="strict", httponly=True)
        return response

    async def messages(self, request: Request) -> Response:
        """The list alone: what the page reads after a lost connection, or to go back."""
        refused = refuse_bot(self._campfire, request)
        room = self._chat.rooms.get(request.path_params["room_id"])
        if refused is not None or room is None:
            return refused or not_found_page()
        before = request.query_params.get("before", "")
        shown, older = self._newest(room, to_id(before) or None)
        html = self._views.render("messages.html", messages=shown, older=older)
        return HTMLResponse(html, headers=SECURITY_HEADERS)

    async def pushes(self, request: Request) -> Response:
        """The panel of what was pushed to whom."""
        html = self._views.render("pushes.html", pushes=self._views.pushes())
        return HTMLResponse(html, headers=SECURITY_HEADERS)

    async def events(self, request: Request) -> Response:
        """Server-sent events: `message` (new or changed, with its HTML), `removed`, `unread`.

        Who listens for a room (`?room=ID`) has it open: it is read, and nothing of it is pushed.
        """
        headers = {**SECURITY_HEADERS, "X-Accel-Buffering": "no"}
        room_id = to_id(request.query_params.get("room", ""))
        stream = self._stream(viewer_of(self._campfire, request), room_id)
        return StreamingResponse(stream, 200, headers, "text/event-stream")

    async def file(self, request: Request) -> Response:
        """A message's file: pictures in the page, all else as a download."""
        message = self._chat.messages.get(request.path_params["message_id"])
        data = message and self._chat.messages.attachment_data(message.id)
        if message is None or message.attachment is None or data is None:
            return not_found_page()
        content_type = message.attachment.content_type
        shown = "inline" if is_picture(content_type) else "attachment"
        headers = {**SECURITY_HEADERS, "Content-Disposition": shown}
        return Response(data, 200, headers, content_type)

    async def avatar(self, request: Request) -> Response:
        """Somebody's initials on a colour of their own."""
        person_id = avatar_user_id(request.path_params["token"])
        person = self._chat.people.get(person_id) if person_id is not None else None
        if person is None:
            return head(self._campfire, 404)
        hue = (person.id * 67 + 20) % 360
        svg = self._views.render("avatar.svg", letters=initials(person.name), hue=hue)
        return Response(svg, 200, SECURITY_HEADERS, "image/svg+xml")

    async def _stream(self, viewer: Person, room_id: int) -> AsyncIterator[str]:
        with (
            self._chat.presence.looking(room_id, viewer.id),
            self._campfire.hub.subscribe() as events,
        ):
            self._chat.rooms.mark_read(room_id, viewer.id)
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
                yield self._event_text(event, viewer)

    def _event_text(self, event: ChatEvent, viewer: Person) -> str:
        message = self._chat.messages.get(event.message_id)
        data: dict[str, object] = {"room": event.room_id, "id": event.message_id}
        if event.kind == "pushed":
            return f"event: pushed\ndata: {json.dumps(data)}\n\n"
        if message is None:
            return f"event: removed\ndata: {json.dumps(data)}\n\n"
        data["html"] = self._views.message_html(message)
        data["kind"] = event.kind
        data["unread"] = event.room_id in self._chat.rooms.unread_rooms(viewer.id)
        return f"event: message\ndata: {json.dumps(data)}\n\n"

    def _newest(self, room: Room, before: int | None) -> tuple[list[object], int | None]:
        messages = self._chat.messages.before(room.id, before, PAGE_SIZE)
        more = bool(messages) and self._chat.messages.before(room.id, messages[0].id, 1)
        return [self._views.message(m) for m in messages], messages[0].id if more else None


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""

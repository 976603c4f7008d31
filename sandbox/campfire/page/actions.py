"""What a person does in the room: write, edit, delete, boost, look for somebody to mention.

With the form fields of Campfire's own page (`message[body]`, `message[attachment]`,
`boost[content]`) and its statuses; the body is HTML as an editor posts it.
"""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.campfire.bot_api.actions import to_id
from sandbox.campfire.bot_api.answers import (
    app_answer,
    base_url,
    error_answer,
    json_answer,
    not_found_page,
)
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.chat.posting import Stored
from sandbox.campfire.page.viewing import SECURITY_HEADERS, head, refuse_bot, viewer_of
from sandbox.campfire.page.views import Views
from sandbox.campfire.rails.file_names import stored_name
from sandbox.campfire.rails.signed_ids import avatar_path, sgid_of
from sandbox.campfire.stored.messages import Message, Upload


class Actions:
    """A person's actions over one Campfire."""

    def __init__(self, campfire: Campfire, views: Views) -> None:
        self._campfire = campfire
        self._chat = campfire.chat
        self._views = views

    def routes(self) -> list[BaseRoute]:
        """What to serve at the root."""
        message = "/rooms/{room_id:int}/messages/{message_id:int}"
        return [
            Route("/rooms/{room_id:int}/messages", self.write, methods=["POST"]),
            Route(message, self.change, methods=["PATCH", "DELETE"]),
            Route("/messages/{message_id:int}/boosts", self.boost, methods=["POST"]),
            Route("/autocompletable/users", self.mentionable, methods=["GET"]),
            Route("/users/{person_id:int}", self.person, methods=["GET"]),
            Route("/rails/active_storage/{rest:path}", self.no_blob, methods=["GET"]),
        ]

    async def write(self, request: Request) -> Response:
        """A person's message: 200 with its HTML; bots are called."""
        room = self._chat.rooms.get(request.path_params["room_id"])
        if room is None:
            return not_found_page()
        body, upload = await _written(request)
        if upload is None and not (body and body.strip()):
            return head(self._campfire, 422)
        viewer = viewer_of(self._campfire, request)
        try:
            message = self._campfire.posting.post(viewer, room, body, upload)
        except Stored:
            return error_answer(self._campfire.bot_api.mode, 500, as_json=False)
        self._campfire.webhooks.call_bots(viewer, room, message)
        return HTMLResponse(self._views.message_html(message), 200, SECURITY_HEADERS)

    async def change(self, request: Request) -> Response:
        """Edit or delete a message; calls no bot (w23, w33)."""
        message = self._own_message(request)
        if message is None:
            return not_found_page()
        if request.method == "DELETE":
            self._chat.delete(message)
            return HTMLResponse("", 200, SECURITY_HEADERS)
        body, _ = await _written(request)
        self._chat.edit(message, body or "")
        place = f"{base_url(request)}/rooms/{message.room_id}/messages/{message.id}"
        return head(self._campfire, 302, {"Location": place})

    async def boost(self, request: Request) -> Response:
        """React to a message; tells nobody (w47)."""
        message = self._chat.messages.get(request.path_params["message_id"])
        if message is None:
            return not_found_page()
        async with request.form() as form:
            content = str(form.get("boost[content]", ""))
        self._chat.boost(viewer_of(self._campfire, request), message, content)
        place = f"{base_url(request)}/messages/{message.id}/boosts"
        return head(self._campfire, 302, {"Location": place})

    async def mentionable(self, request: Request) -> Response:
        """Whom the page's menu offers, with the signed ids that a mention needs (p01, p02)."""
        refused = refuse_bot(self._campfire, request)
        if refused is not None:
            return refused
        room_id = to_id(request.query_params.get("room_id", ""))
        members = set(self._chat.rooms.member_ids(room_id)) if room_id else None
        people = [
            {
                "name": person.name,
                "value": person.id,
                "avatar_url": f"{base_url(request)}{avatar_path(person.id)}",
                "sgid": sgid_of(person.id),
            }
            for person in sorted(self._chat.people.all(), key=lambda person: person.name)
            if person.active and (members is None or person.id in members)
        ]
        counted = {"X-Total-Count": str(len(people)), "Vary": "Accept,Accept-Encoding"}
        return json_answer(request, self._campfire.bot_api.mode, 200, people, counted)

    async def person(self, request: Request) -> Response:
        """Campfire's page about somebody, which the sandbox lacks; a bot may not ask (p03)."""
        return refuse_bot(self._campfire, request) or not_found_page()

    async def no_blob(self, request: Request) -> Response:
        """Campfire's address of a file; what its id does not fit is 404 for everybody (a70)."""
        return app_answer(None, 404)

    def _own_message(self, request: Request) -> Message | None:
        message = self._chat.messages.get(request.path_params["message_id"])
        room_id = request.path_params["room_id"]
        viewer = viewer_of(self._campfire, request)
        found = message is not None and message.room_id == room_id
        return message if message and found and message.creator_id == viewer.id else None


async def _written(request: Request) -> tuple[str | None, Upload | None]:
    async with request.form() as form:
        body = form.get("message[body]")
        file = form.get("message[attachment]")
        upload = None
        if isinstance(file, UploadFile):
            content_type = file.content_type or "application/octet-stream"
            upload = Upload(stored_name(file.filename or "file"), content_type, await file.read())
    return body if isinstance(body, str) else None, upload

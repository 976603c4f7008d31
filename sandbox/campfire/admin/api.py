"""`/sandbox/…`: what tests drive the sandbox with. Not part of Campfire; no key leaves it.

Neighbours: `client` is its Python side, `admin_forms` the bodies it takes.
"""

import asyncio
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.campfire.admin.forms import (
    BotChange,
    InvolvementChange,
    ModeChange,
    NewMessage,
    NewRoom,
    read_form,
)
from sandbox.campfire.bodies.presentation import shown_body
from sandbox.campfire.bot_api.actions import to_id
from sandbox.campfire.bot_api.answers import base_url
from sandbox.campfire.bot_api.faults import Fault
from sandbox.campfire.bot_api.message_json import message_json
from sandbox.campfire.campfire import Campfire
from sandbox.campfire.chat.events import Subscription
from sandbox.campfire.chat.posting import Stored
from sandbox.campfire.stored.messages import Message
from sandbox.campfire.stored.people import Person
from sandbox.campfire.stored.rooms import Room

MAX_WAIT_SECONDS = 120.0


class AdminApi:
    """The endpoints, over one Campfire."""

    def __init__(self, campfire: Campfire) -> None:
        self._campfire = campfire
        self._chat = campfire.chat

    def routes(self) -> list[Route]:
        """What to mount at `/sandbox`."""
        return [
            Route("/directory", self.directory, methods=["GET"]),
            Route("/messages", self.post_message, methods=["POST"]),
            Route("/rooms", self.create_room, methods=["POST"]),
            Route("/rooms/{room_id:int}", self.delete_room, methods=["DELETE"]),
            Route("/rooms/{room_id:int}/messages", self.messages, methods=["GET"]),
            Route(
                "/rooms/{room_id:int}/members/{person_id:int}",
                self.member,
                methods=["PUT", "DELETE"],
            ),
            Route(
                "/rooms/{room_id:int}/members/{person_id:int}/involvement",
                self.involvement,
                methods=["PUT"],
            ),
            Route("/pushes", self.pushes, methods=["GET", "DELETE"]),
            Route("/failed_jobs", self.failed_jobs, methods=["GET"]),
            Route("/bots/{bot_id}", self.change_bot, methods=["PATCH"]),
            Route("/mode", self.change_mode, methods=["PUT"]),
            Route("/calls", self.calls, methods=["GET", "DELETE"]),
            Route("/deliveries", self.deliveries, methods=["GET", "DELETE"]),
            Route("/faults", self.faults, methods=["GET", "POST", "DELETE"]),
        ]

    async def directory(self, request: Request) -> Response:
        """Who and what there is: people, bots, rooms with their members, the mode."""
        people = [_person_json(person) for person in self._chat.people.all()]
        rooms = [self._room_json(room) for room in self._chat.rooms.all()]
        return JSONResponse({"mode": self._campfire.bot_api.mode, "people": people, "rooms": rooms})

    async def post_message(self, request: Request) -> Response:
        """Write as a person (or as any user, as if through the composer); bots are called."""
        form = await read_form(request, NewMessage)
        if isinstance(form, Response):
            return form
        room, author = self._chat.rooms.get(form.room_id), self._chat.people.get(form.user_id)
        if room is None or author is None:
            return _missing("room" if room is None else "user")
        body, upload = form.body(self._chat.people), form.upload()
        try:
            message = self._campfire.posting.post(author, room, body, upload)
        except Stored as stored:
            return JSONResponse({"problems": [str(stored)], "id": stored.message.id}, 500)
        self._campfire.webhooks.call_bots(author, room, message)
        return JSONResponse(self._message_json(request, message), 201)

    async def messages(self, request: Request) -> Response:
        """The messages of a room after `after` (default: all); `wait` seconds for a first one."""
        room_id = request.path_params["room_id"]
        after = to_id(request.query_params.get("after", "0"))
        wait = min(float(request.query_params.get("wait", "0")), MAX_WAIT_SECONDS)
        with self._campfire.hub.subscribe() as events:
            found = self._chat.messages.after(room_id, after, 10_000)
            if not found and wait:
                await _first_in(room_id, events, wait)
                found = self._chat.messages.after(room_id, after, 10_000)
        return JSONResponse([self._message_json(request, message) for message in found])

    async def create_room(self, request: Request) -> Response:
        """Make a room; bots join an open one by themselves."""
        form = await read_form(request, NewRoom)
        if isinstance(form, Response):
            return form
        room = self._chat.rooms.create(form.kind, form.name)
        bots = self._chat.people.bots() if form.kind == "open" else []
        for person_id in [*form.member_ids, *(bot.id for bot in bots)]:
            self._chat.rooms.add_member(room.id, person_id)
        return JSONResponse(asdict(room), 201)

    async def delete_room(self, request: Request) -> Response:
        """Take a room away."""
        self._chat.rooms.delete(request.path_params["room_id"])
        return Response(status_code=204)

    async def member(self, request: Request) -> Response:
        """Let somebody into a room, or show them out."""
        room_id, person_id = request.path_params["room_id"], request.path_params["person_id"]
        if request.method == "PUT":
            self._chat.rooms.add_member(room_id, person_id)
        else:
            self._chat.rooms.remove_member(room_id, person_id)
        return Response(status_code=204)

    async def involvement(self, request: Request) -> Response:
        """Set what a member wants to be told of."""
        form = await read_form(request, InvolvementChange)
        if isinstance(form, Response):
            return form
        room_id, person_id = request.path_params["room_id"], request.path_params["person_id"]
        self._chat.rooms.involve(room_id, person_id, form.involvement)
        return Response(status_code=204)

    async def change_bot(self, request: Request) -> Response:
        """Rotate a key, move a webhook, deactivate; what is not named stays."""
        form = await read_form(request, BotChange)
        bot = self._chat.people.bot_by_bot_id(request.path_params["bot_id"])
        if isinstance(form, Response) or bot is None:
            return form if isinstance(form, Response) else _missing("bot")
        self._chat.people.save(form.applied_to(bot))
        return Response(status_code=204)

    async def change_mode(self, request: Request) -> Response:
        """Become another release."""
        form = await read_form(request, ModeChange)
        if isinstance(form, Response):
            return form
        self._campfire.bot_api.mode = form.mode
        return Response(status_code=204)

    async def calls(self, request: Request) -> Response:
        """Every bot API call, oldest first; DELETE forgets them."""
        if request.method == "DELETE":
            self._campfire.calls.clear()
        return JSONResponse([asdict(call) for call in self._campfire.calls.all()])

    async def deliveries(self, request: Request) -> Response:
        """Every webhook delivery with its answer, oldest first; DELETE forgets them."""
        if request.method == "DELETE":
            self._campfire.deliveries.clear()
        return JSONResponse([asdict(delivery) for delivery in self._campfire.deliveries.all()])

    async def pushes(self, request: Request) -> Response:
        """Every notice that Campfire would push, oldest first; DELETE forgets them."""
        if request.method == "DELETE":
            self._campfire.pushes.clear()
        notices = [
            {**asdict(push), "body_bytes": push.body_bytes, "sent": push.sent}
            for push in self._campfire.pushes.all()
        ]
        return JSONResponse(notices)

    async def failed_jobs(self, request: Request) -> Response:
        """Every background job that ended in an exception, oldest first."""
        return JSONResponse([asdict(job) for job in self._campfire.jobs.failed])

    async def faults(self, request: Request) -> Response:
        """The faults still to come; POST orders one, DELETE cancels all."""
        if request.method == "DELETE":
            self._campfire.faults.clear()
        if request.method == "POST":
            fault = await read_form(request, Fault)
            if isinstance(fault, Response):
                return fault
            self._campfire.faults.add(fault)
        return JSONResponse([fault.model_dump() for fault in self._campfire.faults.all()])

    def _room_json(self, room: Room) -> dict[str, Any]:
        members = self._chat.rooms.memberships(room.id)
        return {
            **asdict(room),
            "member_ids": [member.person_id for member in members],
            "unread_ids": [member.person_id for member in members if member.unread_at],
            "involvements": {str(member.person_id): member.involvement for member in members},
        }

    def _message_json(self, request: Request, message: Message) -> dict[str, Any]:
        boosts = self._chat.boosts.of(message.id)
        return {
            **message_json(self._chat, message, base_url(request)),
            "stored_html": message.html,
            "shown_html": shown_body(message.html, self._chat.people.name_of),
            "attachment": message.attachment and asdict(message.attachment),
            "boosts": [
                {"id": boost.id, "content": boost.content, "booster_id": boost.booster_id}
                for boost in boosts
            ],
        }


async def _first_in(room_id: int, events: Subscription, wait: float) -> None:
    try:
        async with asyncio.timeout(wait):
            async for event in events:
                if event.room_id == room_id and event.kind == "created":
                    return
    except TimeoutError:
        return


def _person_json(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "active": person.active,
        "bot_id": person.bot_id,
    }


def _missing(what: str) -> Response:
    return JSONResponse({"problems": [f"There is no such {what}."]}, 404)

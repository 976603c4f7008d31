"""What a bot API recording took for granted (rooms, messages, boosts), made anew, ids mapped.

`Scene` maps the recording's ids to those of the Campfire under test: the sandbox, or a real one
named by CONTRACT_CAMPFIRE_URL, CONTRACT_BOT_KEY, CONTRACT_OTHER_BOT_KEY, CONTRACT_ROOMS (such as
`1=10,2=11,3=12,4=13,5=14`: empty, shared, for the index, without the bot, ping) and
CONTRACT_PERSONS_MESSAGE (the id of a person's message in the shared room).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.unit.sandbox_campfire.recording import Json

RECORDED_KEYS = ("3-52d8d3ea9c87", "4-4fe587476a1c")
_IDS_IN_PATH = re.compile(r"/rooms/(\d+)(?:/([^/?]+))?/messages(?:/(\d+))?(?:/boosts/(\d+))?")
_PIVOT = re.compile(r"(before|after)=(\d+)")
TEXT = {"content-type": "text/plain; charset=utf-8"}


@dataclass
class Scene:
    """A Campfire under test; the maps go from the recording's values to its own."""

    http: httpx.AsyncClient
    keys: tuple[str, str] = RECORDED_KEYS
    rooms: dict[int, int] = field(default_factory=lambda: {n: n for n in range(1, 6)})
    messages: dict[int, int] = field(default_factory=dict)
    boosts: dict[int, int] = field(default_factory=dict)

    async def set_up(self, name: str) -> None:
        """Make what this recording takes for granted, through the bot API alone."""
        number = int(name[1:3])
        if 30 <= number <= 37 or number in (51, 52):
            self.messages[103] = await self.post(2, b"Deploying...")
        if number in (48, 49, 50):
            self.boosts[2] = await self._boost()
        if number == 50:
            await self._delete(f"/messages/{self.messages[1]}/boosts/{self.boosts[2]}")
        if number == 52:
            await self._delete(f"/messages/{self.messages[103]}")
        if 60 <= number <= 65 or number in (67, 71):
            for filler in range(45):
                self.messages[104 + filler] = await self.post(3, f"filler {filler:02}".encode())

    async def post(self, room: int, body: bytes) -> int:
        """Post as the first bot; the id of the message."""
        answer = await self.http.post(self._own(room, "/messages"), content=body, headers=TEXT)
        assert answer.status_code == 201
        return int(answer.headers["location"].rpartition("/")[2])

    async def send(self, request: Json, body: bytes) -> httpx.Response:
        """Send a recorded request, its ids mapped."""
        headers = {
            key: value
            for key, value in request["headers"].items()
            if key not in ("host", "content-length")
        }
        sent = self.http.build_request(
            request["method"], self.path(request["url"]), content=body, headers=headers
        )
        return await self.http.send(sent)

    async def shown(self, room: int, message_id: int) -> Json:
        """A message as the bot API's index shows it."""
        page = (await self.http.get(self._own(room, "/messages"))).json()
        return next(message for message in page if message["id"] == message_id)

    def path(self, recorded_url: str) -> str:
        """The path and query of a recorded address, in this Campfire's ids and keys."""
        path = re.sub(r"^https?://[^/]+", "", recorded_url)
        path = path.replace(RECORDED_KEYS[0], self.keys[0]).replace(RECORDED_KEYS[1], self.keys[1])
        path = _PIVOT.sub(lambda m: f"{m[1]}={self._mapped(self.messages, m[2])}", path)
        return _IDS_IN_PATH.sub(self._map_ids, path)

    def _map_ids(self, match: re.Match[str]) -> str:
        room, key, message, boost = match.groups()
        mapped = f"/rooms/{self._mapped(self.rooms, room)}"
        mapped += f"/{key}" if key else ""
        mapped += "/messages"
        mapped += f"/{self._mapped(self.messages, message)}" if message else ""
        return mapped + (f"/boosts/{self._mapped(self.boosts, boost)}" if boost else "")

    @staticmethod
    def _mapped(ids: dict[int, int], recorded: str) -> int:
        return ids.get(int(recorded), int(recorded))

    async def _boost(self) -> int:
        path = self._own(2, f"/messages/{self.messages[1]}/boosts")
        answer = await self.http.post(path, content=b"Nice!", headers=TEXT)
        assert answer.status_code == 201
        return int(answer.json()["id"])

    async def _delete(self, path: str) -> None:
        assert (await self.http.delete(self._own(2, path))).status_code == 204

    def _own(self, room: int, path: str) -> str:
        return f"/rooms/{self.rooms[room]}/{self.keys[0]}{path}"


def real_scene(environment: Mapping[str, str], http: httpx.AsyncClient) -> Scene:
    """The scene of a real Campfire that the environment names."""
    rooms = dict(pair.split("=") for pair in environment["CONTRACT_ROOMS"].split(","))
    return Scene(
        http,
        (environment["CONTRACT_BOT_KEY"], environment["CONTRACT_OTHER_BOT_KEY"]),
        {int(recorded): int(own) for recorded, own in rooms.items()},
        {1: int(environment["CONTRACT_PERSONS_MESSAGE"])},
    )


def recorded_body(request: Json, png: bytes) -> bytes:
    """The body of a recorded request: long ones are cut in the recording, pictures mangled."""
    text: str = request["body"]
    if len(text) < request["body_bytes"] and text and set(text) == {text[0]}:
        return text[0].encode() * int(request["body_bytes"])
    head, marker, rest = text.partition("Content-Type: image/png\r\n\r\n")
    if marker and "not a png" not in rest:
        end = rest.rindex("\r\n--")
        return (head + marker).encode() + png + rest[end:].encode()
    return text.encode()


def shape(value: Any) -> Any:
    """A JSON value's keys, all the way down."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return None

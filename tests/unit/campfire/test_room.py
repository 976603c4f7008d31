"""A room speaks as its bot, and only there; whoever has it has no key to pass on."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx
import pytest

from consumer.campfire.client import Campfire
from consumer.campfire.errors import BadKey
from consumer.campfire.room import Room
from shared.errors import CampfireError
from shared.lane import Lane
from tests.answering import Answering

KEY, OTHER_KEY = "3-s3cr3tT0k3n", "4-0th3rT0k3n"
LANE = Lane(2, "assistant")

SAME: list[tuple[Callable[[Room], Awaitable[object]], Callable[[Campfire], Awaitable[object]]]] = [
    (lambda room: room.post("hi"), lambda all_: all_.post(2, KEY, "hi")),
    (
        lambda room: room.post_file("a.txt", b"x", plain=True),
        lambda all_: all_.post_file(2, KEY, "a.txt", b"x", plain=True),
    ),
    (lambda room: room.edit("7", "hi"), lambda all_: all_.edit(2, KEY, "7", "hi")),
    (lambda room: room.delete("7"), lambda all_: all_.delete(2, KEY, "7")),
    (lambda room: room.boost("7", "👀"), lambda all_: all_.boost(2, KEY, "7", "👀")),
    (lambda room: room.unboost("7", 1), lambda all_: all_.unboost(2, KEY, "7", 1)),
    (lambda room: room.page(before=9), lambda all_: all_.page(2, KEY, before=9)),
    (lambda room: room.page(after=9), lambda all_: all_.page(2, KEY, after=9)),
    (lambda room: anext(room.older(9)), lambda all_: anext(all_.older(2, KEY, 9))),
    (lambda room: room.find_own("hi", 5), lambda all_: all_.find_own(2, KEY, "hi", 5)),
    (lambda room: room.find_own_file("a", 5), lambda all_: all_.find_own_file(2, KEY, "a", 5)),
]


async def _asked(call: Callable[[Campfire], Awaitable[object]]) -> list[tuple[str, str, str]]:
    """What Campfire was asked; it refuses, so that every call ends with its first answer."""
    asked: list[tuple[str, str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        kind = request.headers.get("content-type", "").partition(";")[0]
        asked.append((request.method, str(request.url), kind))
        return httpx.Response(422)

    keys = {"assistant": KEY, "other": OTHER_KEY}
    async with Campfire("http://127.0.0.1", Answering(answer), keys=keys) as campfire:
        with suppress(CampfireError):
            await call(campfire)
    return asked


@pytest.mark.parametrize(("of_room", "of_client"), SAME)
async def test_a_room_asks_what_the_client_asks_with_its_key(
    of_room: Callable[[Room], Awaitable[object]], of_client: Callable[[Campfire], Awaitable[object]]
) -> None:
    """Each of its calls, with the room and the key that it was made of."""
    asked = await _asked(lambda campfire: of_room(campfire.room(LANE)))
    assert asked == await _asked(of_client)
    assert f"/rooms/2/{KEY}/messages" in asked[0][1]


def test_there_is_a_pair_of_each_call() -> None:
    """A new call of a room stands in the table above."""
    calls = {name for name in vars(Room) if not name.startswith("_")}
    written = {name for of_room, _ in SAME for name in of_room.__code__.co_names}
    assert calls <= written


async def test_a_bot_without_a_key_has_no_room() -> None:
    """A refusal with a sentence, also for one that was there before a redeploy."""
    async with Campfire("http://127.0.0.1", keys={"other": OTHER_KEY}) as campfire:
        with pytest.raises(BadKey, match="takes no part"):
            campfire.room(LANE)


async def test_what_is_shown_of_a_room_holds_no_key() -> None:
    """As of the client: in a log line or a traceback stands the class alone."""
    async with Campfire("http://127.0.0.1", keys={"assistant": KEY}) as campfire:
        shown = f"{campfire.room(LANE)!r} {campfire!r}"
        assert "s3cr3t" not in shown

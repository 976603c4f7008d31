"""What was in the recorded Campfire before each case of its bot API."""

import json
import re
from functools import cache

from sandbox.campfire.bot_api.answers import Mode
from sandbox.campfire.stored.messages import Upload
from tests.integration.sandbox.campfire.replay.recordings import Json, load, names
from tests.integration.sandbox.campfire.replay.world import ADA, ASSISTANT, BOB, GONE, World

_ADDRESS = re.compile(r"/rooms/(\d+)/([^/]+)/messages(?:/(\d+))?(?:/boosts(?:/(\d+))?)?")
_NO_SUCH = 999999
_OF_A_PERSON = frozenset({2})
"""Ids of messages that a person wrote; all others are the first bot's."""


def set_up(world: World, mode: Mode, name: str, recording: Json, request: Json) -> None:
    """Make what was there before this case."""
    found = _ADDRESS.search(request["url"])
    if name.startswith(("a6", "a7", "a81", "a172")):
        for message in _index_room(mode, name):
            _put_as_shown(world, message)
    _change_people(world, name, request["url"])
    if found is None:
        return
    room_id, message_id, boost_id = int(found[1]), found[3], found[4]
    if message_id and int(message_id) != _NO_SUCH and not name.startswith(("a52", "a16")):
        _put_message(world, name, room_id, int(message_id))
    if boost_id and not name.startswith("a50"):
        world.next_boost_id(int(boost_id))
        boosted = world.chat.messages.get(int(message_id or 0))
        assert boosted is not None
        world.chat.boost(world.person(ASSISTANT), boosted, "Nice!")
    _set_next_ids(world, recording)


def _change_people(world: World, name: str, url: str) -> None:
    """Rotated keys, lost memberships, deactivated bots, banned addresses."""
    key = re.search(r"/(\d+)-(\w+)/messages", url)
    if name.startswith("a155") and key:
        world.change_bot(ASSISTANT, token=key[2])
    if name.startswith(("a163", "a164", "a165")):
        _make_gone_bot(world, name, key[2] if key else "")
    if name.startswith(("a156", "a157", "a159")):
        world.chat.rooms.remove_member(3, ASSISTANT)
    if name.startswith("a102"):
        for person, involvement in ((2, "everything"), (6, "nothing"), (BOB, "invisible")):
            world.execute(
                "UPDATE memberships SET involvement = ? WHERE room_id = 2 AND person_id = ?",
                involvement,
                person,
            )
    if name.startswith("a17"):
        world.campfire.bot_api.banned.add("8.8.4.4")


def _make_gone_bot(world: World, name: str, token: str) -> None:
    told = json.dumps(load(world.campfire.bot_api.mode, "a165_mention_of_deactivated_bot"))
    found = re.search(r"Gone Bot \d+", told)
    assert found is not None
    world.execute(
        "INSERT INTO people (id, name, role, active, bot_id, bot_token) VALUES (?, ?, ?, ?, ?, ?)",
        *(GONE, found[0], "bot", 0, "gone", token),
    )


def _put_message(world: World, name: str, room_id: int, message_id: int) -> None:
    person = message_id in _OF_A_PERSON
    room_id = 2 if name.startswith(("a35", "a46")) else room_id
    if world.chat.rooms.get(room_id) is None:
        return
    if name.startswith("a127"):
        caption = "a caption after all" if world.campfire.bot_api.mode == "main" else ""
        world.put(message_id, room_id, ASSISTANT, "", Upload("r.csv", "text/csv", b"a\n"))
        world.execute("UPDATE messages SET html = ? WHERE id = ?", caption, message_id)
        return
    html = _BEFORE.get(name.partition("_")[0], "before")
    unread = name.startswith("a105")
    world.put(message_id, room_id, ADA if person else ASSISTANT, html, unread=unread)


_BEFORE = {
    "a30": "Deploying...",
    "a32": "Deploying...",
    "a94": "Working on it",
    "a95": "Working on it",
    "a153": "0",
}


def _set_next_ids(world: World, recording: Json) -> None:
    """The ids that the recorded Campfire gave next."""
    answers = [recording["response"]] if "response" in recording else recording["responses"]
    headers = {key.lower(): value for key, value in answers[0]["headers"]}
    if "location" in headers and "/messages/" in headers["location"]:
        ids = [int(dict(a["headers"])["location"].rpartition("/")[2]) for a in answers]
        world.next_message_id(min(ids))
    elif recording.get("message"):
        world.next_message_id(recording["message"][0]["id"])
    elif "index_after" in recording and "[{" in recording["index_after"]["body"]:
        world.next_message_id(json.loads(recording["index_after"]["body"])[0]["id"])
    if answers[0]["body"].startswith('{"id":') and "/boosts" in str(
        recording.get("request", {}).get("url")
    ):
        world.next_boost_id(json.loads(answers[0]["body"])["id"])


@cache
def _pages(mode: Mode) -> dict[str, list[Json]]:
    """What each recorded index page shows."""
    pages = {}
    for name in names(mode, "a"):
        answer = load(mode, name).get("response", {})
        if "/messages" in name or answer.get("body", "").startswith("[{"):
            pages[name[:4].rstrip("_")] = json.loads(answer["body"])
    return pages


def _index_room(mode: Mode, name: str) -> list[Json]:
    """The messages that were in room 3 when this index case was recorded."""
    if mode != "main" or name.startswith("a66"):
        return []
    pages, case = _pages(mode), name.partition("_")[0]
    every = {m["id"]: m for key in ("a60", "a61") for m in pages[key]}
    if case in ("a75", "a76", "a77", "a78", "a79", "a80", "a81", "a172"):
        late = pages["a172"] if case == "a172" else pages["a75"]
        first = min(m["id"] for m in late)
        deleted = {m for m in every if m >= min(x["id"] for x in pages["a75"])}
        deleted -= {m["id"] for m in pages["a75"]}
        earlier = [m for i, m in every.items() if i < first and i not in deleted]
        return sorted([*earlier, *late], key=lambda m: int(m["id"]))
    return sorted(every.values(), key=lambda m: int(m["id"]))


def _put_as_shown(world: World, shown: Json) -> None:
    html = shown["body"]["html"].removeprefix('<div class="trix-content">\n  ')
    creator = shown["creator"]["id"]
    world.put(shown["id"], shown["room"]["id"], creator, html.removesuffix("\n</div>\n"))

"""The bot API's recordings: what was there before each, the calls, and what came of them."""

import json
import re
from functools import cache

import httpx

from sandbox.campfire.bot_answers import Mode
from sandbox.campfire.messages import Upload
from sandbox.campfire.sessions import PERSON_COOKIE
from tests.integration.sandbox_campfire.replay.bodies import request_body
from tests.integration.sandbox_campfire.replay.recordings import Json, load, names
from tests.integration.sandbox_campfire.replay.shown import shown_message
from tests.integration.sandbox_campfire.replay.world import ADA, ASSISTANT, BOB, GONE, World

_ADDRESS = re.compile(r"/rooms/(\d+)/([^/]+)/messages(?:/(\d+))?(?:/boosts(?:/(\d+))?)?")
_PEOPLE = "http://127.0.0.1:23001/autocompletable/users?room_id=2"
_NO_SUCH = 999999
_OF_A_PERSON = frozenset({2})
"""Ids of messages that a person wrote; all others are the first bot's."""


async def replay(world: World, mode: Mode, name: str, recording: Json) -> Json:
    """Do a case of the bot API again; what came of it, in the recording's words."""
    world.campfire.bot_api.mode = mode
    world.settle_in(recording)
    requests = _requests(recording)
    _set_up(world, mode, name, recording, requests[0])
    if name.startswith("a103"):
        with world.chat.presence.looking(2, BOB):
            answers = [await send(world, recording, requests[0])]
    else:
        answers = [await send(world, recording, request) for request in requests]
    await world.campfire.settled()
    return await _observe(world, recording, requests[0], answers)


def _requests(recording: Json) -> list[Json]:
    """What was asked; where the recorder left it out, a person's page asked for the people."""
    if "requests" in recording:
        return list(recording["requests"])
    asked = {"method": "GET", "url": _PEOPLE, "body": "", "body_bytes": 0}
    host = {"host": "127.0.0.1:23001", "cookie": ""}
    return [recording.get("request", {**asked, "headers": host})]


async def send(world: World, recording: Json, request: Json) -> Json:
    """Send one recorded request; the answer as recordings have it."""
    shown = str((recording.get("message") or [{}])[0].get("shown_in_room", ""))
    headers = {k: v for k, v in request["headers"].items() if k != "content-length"}
    if "cookie" in headers:
        headers["cookie"] = f"{PERSON_COOKIE}={ADA}"
    path = re.sub(r"^https?://[^/]+", "", request["url"])
    built = world.http.build_request(
        request["method"], path, content=request_body(request, shown), headers=headers
    )
    for default in {"accept", "user-agent", "accept-encoding"} - set(headers):
        del built.headers[default]
    return answer_json(await world.http.send(built))


def answer_json(answer: httpx.Response) -> Json:
    """An answer as recordings have it."""
    headers = [(k, v) for k, v in answer.headers.items() if k not in ("date", "connection")]
    return {
        "status": answer.status_code,
        "headers": [list(pair) for pair in headers],
        "body": answer.text,
        "body_bytes": len(answer.content),
    }


def _set_up(world: World, mode: Mode, name: str, recording: Json, request: Json) -> None:
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


async def _observe(world: World, recording: Json, request: Json, answers: list[Json]) -> Json:
    """Everything that the recording tells, as it is in the stand-in."""
    found: Json = {"response": answers[0]} if "response" in recording else {"responses": answers}
    found["unread_for"], found["pushes"] = world.unread_for(), world.pushes()
    found["webhooks_called"] = [received.path for received in world.webhook.received]
    kept = {key: value for key, value in found.items() if key in recording}
    for key in ("message", "message_after"):
        if key in recording:
            messages = [world.chat.messages.get(m["id"]) for m in recording[key]]
            kept[key] = [world.row(message) for message in messages if message]
    if "as_bot_api_shows_it" in recording:
        kept["as_bot_api_shows_it"] = await _as_index_shows(world, recording, request)
    if "index_after" in recording:
        kept |= await _broken_mention(world, request)
    if "sgid_from_patch" in recording:
        kept |= await _harvested(world, request)
    return kept


async def _as_index_shows(world: World, recording: Json, request: Json) -> list[Json]:
    wanted = {m["id"] for m in recording["as_bot_api_shows_it"]}
    page = json.loads(await _index(world, request))
    return [message for message in page if message["id"] in wanted]


async def _index(world: World, request: Json) -> str:
    path = re.sub(r"^https?://[^/]+", "", request["url"]).rstrip("/")
    headers = {"host": request["headers"]["host"]}
    return (await world.http.get(path, headers=headers)).text


async def _broken_mention(world: World, request: Json) -> Json:
    """What becomes of a room with this mention in it, and whether it heals."""
    path = re.sub(r"^https?://[^/]+", "", request["url"])
    host = {"host": request["headers"]["host"]}
    index = await world.http.get(path, headers=host)
    (message,) = world.chat.messages.before(10, None, 1)
    page = await world.http.get("/rooms/10?as=1")
    world.http.cookies.clear()  # a person's session beside the key would refuse what follows
    listed = await world.http.get("/rooms/10/messages?as=1")
    shown = str(shown_message(world.campfire, message)).partition("</div>")[0]
    patched = await world.http.patch(f"{path}/{message.id}", content=b"healed", headers=host)
    deleted = await world.http.delete(f"{path}/{message.id}", headers=host)
    return {
        "index_after": {"status": index.status_code, "body": index.text},
        "room_page_status": page.status_code,
        "room_page_body_of_the_message": shown or None,
        "room_page_shows_before_and_after": "before" in listed.text and "after" in listed.text,
        "jobs_failed": None,
        "patch_repairs_it": patched.status_code,
        "delete": deleted.status_code,
    }


async def _harvested(world: World, request: Json) -> Json:
    """The signed ids that a bot finds in an answer to PATCH and in the index."""
    pattern = re.compile(r'class="mention" sgid="([^"]+)"')
    path = re.sub(r"^https?://[^/]+", "", request["url"])
    unsigned = request["body"].partition("--")[0] + '--x" ' + request["body"].partition('" ')[2]
    message = world.chat.messages.before(2, None, 1)[0]
    answer = await world.http.patch(f"{path}/{message.id}", content=unsigned.encode())
    from_patch = pattern.findall(answer.json()["body"]["html"])
    from_index = pattern.findall((await world.http.get(path)).json()[-1]["body"]["html"])
    page = (await world.http.get("/autocompletable/users?as=1")).json()
    known = {person["sgid"] for person in page}
    return {
        "sgid_from_patch": from_patch,
        "sgid_from_index": from_index,
        "equal_to_the_pages_sgid": set(from_patch) <= known,
    }

"""The bot API's recordings: what was there before each, the calls, and what came of them."""

import json
import re

import httpx

from sandbox.campfire.bot_api.answers import Mode
from sandbox.campfire.sessions import PERSON_COOKIE
from tests.integration.sandbox.campfire.replay.before import set_up
from tests.integration.sandbox.campfire.replay.bodies import request_body
from tests.integration.sandbox.campfire.replay.recordings import Json
from tests.integration.sandbox.campfire.replay.shown import shown_message
from tests.integration.sandbox.campfire.replay.world import ADA, BOB, World

_PEOPLE = "http://127.0.0.1:23001/autocompletable/users?room_id=2"


async def replay(world: World, mode: Mode, name: str, recording: Json) -> Json:
    """Do a case of the bot API again; what came of it, in the recording's words."""
    world.campfire.bot_api.mode = mode
    world.settle_in(recording)
    requests = _requests(recording)
    set_up(world, mode, name, recording, requests[0])
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

"""The recordings of what somebody wrote and what followed: webhooks, answers, notices, jobs.

`w` and `r` cases: a person (or a bot through its API) posts, the bots' webhooks are called, and
what they answer is posted. Seconds are `scale` times as long as recorded.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qs

from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.bot_api.answers import Mode
from sandbox.campfire.sessions import PERSON_COOKIE
from tests.integration.sandbox.campfire.replay.bodies import png
from tests.integration.sandbox.campfire.replay.bot_calls import send
from tests.integration.sandbox.campfire.replay.comparing import CUT
from tests.integration.sandbox.campfire.replay.outcome import observe
from tests.integration.sandbox.campfire.replay.recordings import Json, translated
from tests.integration.sandbox.campfire.replay.world import ADA, ANN, ASSISTANT, SECOND, World

_LONG = {"w40_100KB_message": f"<div>{'x' * 99_989}</div>"}
_HELD = ("w50", "w51", "w52", "w54", "w55")
"""What somebody does between posting and delivery, while the worker is busy."""


async def replay(world: World, mode: Mode, name: str, recording: Json) -> Json:
    """Do a case again; what came of it, in the recording's words."""
    world.campfire.bot_api.mode = mode
    world.settle_in(recording)
    _set_up(world, name, recording)
    answers = [request["answered"] for request in recording["webhook_requests"]]
    world.webhook.answer = _whole(answers[0], recording) if answers else world.webhook.answer
    if name.startswith(_HELD):
        async with world.campfire.jobs.held():
            found = await _act(world, name, recording)
            await _meanwhile(world, name, recording)
    else:
        found = await _act(world, name, recording)
        await _while_it_thinks(world, name, recording)
    await world.campfire.settled()
    return observe(world, _room(recording), recording, found)


def _set_up(world: World, name: str, recording: Json) -> None:
    room = _room(recording)
    if world.chat.rooms.get(room) is None:
        name_of_room = next((p["room"]["name"] for p in _payloads(recording)), "Doomed")
        world.make_room(room, name_of_room)
    url = world.webhook.url
    if name.startswith("w48"):
        world.change_bot(ASSISTANT, webhook_url=f"{url}/webhook/assistant?secret=a%20b&x=1")
    if name.startswith("w57"):
        world.change_bot(ANN, token=_token(recording))
    if name.startswith("w49"):
        world.change_bot(SECOND, webhook_url=None)
    if name == "r30_connection_refused":
        world.change_bot(ASSISTANT, webhook_url="http://127.0.0.1:1/webhook/assistant")
    if name.startswith("r30b"):
        world.change_bot(ASSISTANT, webhook_url=url.replace("http:", "https:"))
        world.webhook.answer = {"silent": True}
    if name.startswith("r30c"):
        world.change_bot(ASSISTANT, webhook_url="http://no-such-host.invalid/webhook")


def _room(recording: Json) -> int:
    """Where it happens."""
    for message in recording["messages_now"] or recording.get("edited_message") or []:
        return int(message["room"])
    for payload in _payloads(recording):
        return int(payload["room"]["id"])
    post = recording["user_post"]
    return int(post["room"]) if isinstance(post, dict) and "room" in post else 5


async def _act(world: World, name: str, recording: Json) -> Json:
    """Post as in the recording; what the one who posted was answered."""
    post = recording["user_post"]
    if isinstance(post, dict) and "request" in post:
        world.next_message_id(_first_id(recording))
        answer = await send(world, {}, post["request"])
        location = next((v for k, v in answer["headers"] if k == "location"), None)
        told = {"response": answer, "status": answer["status"], "location": location}
        return {"user_post": told, "user_post_status": None}
    if name.startswith(("w23", "w33", "w47")):
        return await _act_later(world, name, recording)
    world.next_message_id(_first_id(recording))
    statuses = [await _write(world, name, m, recording) for m in _posted(name, recording)]
    return {"user_post_status": statuses[0] if len(statuses) == 1 or name[:3] == "w39" else None}


def _posted(name: str, recording: Json) -> list[Json]:
    """What people wrote: not the answers, and also what was deleted since."""
    bots = {ASSISTANT, SECOND}
    written = [m for m in recording["messages_now"] if m["creator"] not in bots]
    if written:
        return written
    html = f"<div>{mention_html(ASSISTANT, 'Assistant')} soon gone</div>"
    for payload in _payloads(recording):
        html = payload["message"]["body"]["html"]
    return [{"room": _room(recording), "creator": ADA, "stored_html": html, "attachment": None}]


def _payloads(recording: Json) -> list[Json]:
    """What the bots were told; None stands for one that was too long to record whole."""
    return [r["body_json"] for r in recording["webhook_requests"] if r["body_json"]]


def _token(recording: Json) -> str:
    """The token that the called bot had, as the webhook's path tells it."""
    path: str = _payloads(recording)[0]["room"]["path"]
    return path.split("/")[3].partition("-")[2]


def _first_id(recording: Json) -> int:
    ids: list[int] = [m["id"] for m in recording["messages_now"]]
    ids += [payload["message"]["id"] for payload in _payloads(recording)]
    ids += [int(i) for job in recording["jobs_failed"] for i in _MISSING.findall(job["error"])]
    return min(ids)


_MISSING = re.compile(r"Message with 'id'=\"(\d+)\"")


async def _write(world: World, name: str, message: Json, recording: Json) -> int:
    """Post through the page's form as this person; the status of the answer."""
    fields: dict[str, Any] = {}
    html, file = message["stored_html"], message["attachment"]
    if html:
        fields["message[body]"] = _as_posted(name, html, recording)
    files = {"message[attachment]": _file(message)} if file else None
    answer = await world.http.post(
        f"/rooms/{message['room']}/messages",
        data=fields,
        files=files,
        headers={"cookie": f"{PERSON_COOKIE}={message['creator']}"},
    )
    found = re.search(r'data-message-id="(\d+)"', answer.text)
    world.posted_id = world.posted_id or (int(found[1]) if found else None)
    return answer.status_code


def _as_posted(name: str, html: str, recording: Json) -> str:
    """The form's field: an editor's value where one was recorded, before an edit another text."""
    if "browser" in recording:
        form = parse_qs(recording["browser"]["posts"][0]["body"])
        return translated(form["message[body]"][0])
    if name.startswith("w50"):
        return "<div>first wording</div>"
    if name.startswith("w02"):
        return _trix_form(html)
    return _LONG.get(name, html)


def _file(message: Json) -> tuple[str, bytes, str]:
    file = message["attachment"]
    picture = file["content_type"] == "image/png"
    data = png(message["shown_in_room"], file["bytes"]) if picture else b"x" * file["bytes"]
    return file["filename"], data, file["content_type"]


def _trix_form(html: str) -> str:
    """The figure that the Trix editor posts for a stored mention."""
    attributes = re.findall(r' ([\w-]+)="([^"]*)"', html.partition("></action-text")[0])
    fields = {key.replace("content-type", "contentType"): value for key, value in attributes}
    data = json.dumps(fields).replace("&quot;", "&amp;quot;").replace('"', "&quot;")
    data = data.replace("&amp;quot;", "\\&quot;")
    figure = f'<figure data-trix-attachment="{data}">@Assistant</figure>'
    return re.sub(r"<action-text-attachment.*</action-text-attachment>", lambda _: figure, html)


async def _act_later(world: World, name: str, recording: Json) -> Json:
    """Edit, or boost, a message that is there already."""
    cookie = {"cookie": f"{PERSON_COOKIE}={ADA}"}
    after = (recording["messages_now"] or recording.get("edited_message") or [{}])[0]
    before = world.put(after.get("id", 54), after.get("room", 5), ADA, "<div>before</div>")
    if name.startswith("w47"):
        answer = await world.http.post(
            f"/messages/{before.id}/boosts", data={"boost[content]": "👍"}, headers=cookie
        )
    else:
        answer = await world.http.patch(
            f"/rooms/{before.room_id}/messages/{before.id}",
            data={"message[body]": after["stored_html"]},
            headers=cookie,
        )
    return {"user_post_status": answer.status_code}


async def _meanwhile(world: World, name: str, recording: Json) -> None:
    """What happens between posting and delivery."""
    message = world.chat.messages.get(_first_id(recording))
    assert message is not None
    if name.startswith("w50"):
        world.chat.edit(message, recording["messages_now"][0]["stored_html"])
    elif name.startswith("w51"):
        world.chat.delete(message)
    elif name.startswith("w52"):
        world.chat.rooms.remove_member(message.room_id, ASSISTANT)
    elif name.startswith("w54"):
        world.chat.rooms.delete(message.room_id)
    else:
        world.change_bot(ASSISTANT, token=_token(recording))


async def _while_it_thinks(world: World, name: str, recording: Json) -> None:
    """What happens after a bot was called and before it answers."""
    if not name.startswith(("r57", "r58")):
        return
    await world.webhook.called.wait()
    if name.startswith("r57"):
        world.chat.rooms.remove_member(_room(recording), ASSISTANT)
    else:
        world.chat.rooms.delete(_room(recording))


def _whole(answer: Json, recording: Json) -> Json:
    """What was answered; a body that the recording cut short is made whole again."""
    if not CUT.search(answer["body"]):
        return answer
    posted = recording["messages_now"][1]
    words = (posted["stored_chars"] - len("<p></p>")) // len("word ")
    return {**answer, "body": f"<p>{'word ' * words}</p>"}

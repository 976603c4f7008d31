"""What came of a person's post, read from the stand-in in the recording's words."""

import json

from sandbox.campfire.bot_api.message_json import message_json
from tests.integration.sandbox.campfire.answering_server import Received
from tests.integration.sandbox.campfire.replay.recordings import Json
from tests.integration.sandbox.campfire.replay.world import World

RECORDED_WHOLE = 20_000
"""Characters; of what is longer a recording has only the beginning, and no `body_json`."""


def observe(world: World, room: int, recording: Json, found: Json) -> Json:
    """Everything that the recording tells, as it is in the stand-in."""
    found.setdefault("user_post", _person_sees(world, recording))
    ids = [m["id"] for m in recording["messages_now"]]
    rows = world.messages_of(room, min(ids)) if ids else []
    found["messages_now"] = rows
    found["mentionees_by_message"] = {str(row["id"]): row["mentionees"] for row in rows}
    found["webhook_requests"] = [_request_json(r) for r in world.webhook.received]
    found["jobs_left"] = {"q": 0, "w": 0}
    found["jobs_failed"] = world.failed_jobs()
    found["unread_for"], found["pushes"] = world.unread_for(), world.pushes()
    if "edited_message" in recording:
        edited = [world.chat.messages.get(m["id"]) for m in recording["edited_message"]]
        found["edited_message"] = [world.row(message) for message in edited if message]
    return {key: value for key, value in found.items() if key in recording}


def _person_sees(world: World, recording: Json) -> object:
    """What the page's own index tells of the message, its id where only that was noted."""
    told = recording["user_post"]
    if isinstance(told, dict) and "body" in told:
        message = world.chat.messages.get(told["id"])
        return message and message_json(world.chat, message, told["url"].partition("/rooms")[0])
    return world.posted_id if isinstance(told, int) else {} if told else None


def _request_json(received: Received) -> Json:
    head, _, body = received.raw.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    method, path, version = lines[0].split(" ")
    return {
        "method": method,
        "path": path,
        "version": version,
        "headers": [line.split(": ", 1) for line in lines[1:]],
        "raw_head": f"{head.decode()}\r\n\r\n",
        "body_text": body.decode(),
        "body_bytes": len(body),
        "body_json": json.loads(body) if len(body) <= RECORDED_WHOLE else None,
    }

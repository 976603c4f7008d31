"""The webhooks Campfire sends: when, with which headers, and byte for byte in which form."""

import json
import re

import httpx
import pytest

from sandbox.campfire.client import SandboxClient
from sandbox.campfire.messages import Message
from sandbox.campfire.net_http import Answer, post
from sandbox.campfire.people import Person
from sandbox.campfire.rooms import Room
from sandbox.campfire.webhook_request import webhook_body, webhook_headers
from sandbox.server import SandboxServer
from tests.integration.sandbox_campfire.answering_server import AnsweringServer
from tests.integration.sandbox_campfire.divergences import WEBHOOKS, Divergence
from tests.unit.sandbox_campfire.recording import Json, load, names

PNG = load("r09_200_image")["webhook_requests"][0]["answered"]["body"].encode("latin-1")
RAILS_HEADERS = [
    line.partition(":")[0]
    for line in load("t02_rails_webhook_bytes")["raw_request"].split("\r\n\r\n")[0].split("\r\n")
][1:]
BOT_KEYS = {3: "3-52d8d3ea9c87", 4: "4-4fe587476a1c"}
AS_RECORDED = Divergence("as recorded")


@pytest.mark.parametrize("name", names("w"))
async def test_webhooks_are_as_recorded(
    name: str, server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """The same message calls the same bots with the same JSON, ids and Rails' form apart."""
    recording, divergence = load(name), WEBHOOKS.get(name, AS_RECORDED)
    message_id = await _post_as_recorded(name, recording, divergence, server, sandbox)
    await server.campfire.webhooks.settled()
    received = sorted(webhook.received, key=lambda request: request.path)
    expected = sorted(recording["webhook_requests"], key=lambda request: request["path"])
    assert [r.path for r in received] == [e["path"] for e in expected]
    for request, recorded in zip(received, expected, strict=True):
        assert request.header_names == RAILS_HEADERS
        assert not set(request.body) & set(b"<>&")
        payload = _with_ids(recorded["body_json"], message_id, divergence, name)
        assert json.loads(request.body) == payload


async def test_the_request_is_rails_byte_for_byte(webhook: AnsweringServer) -> None:
    """What goes over the wire is what Ruby's net/http and ActiveSupport sent (t02)."""
    raw = load("t02_rails_webhook_bytes")["raw_request"]
    bot = Person(3, "Assistant", "bot", token="abcdefABCDEF")
    message = Message(9, 2, 1, "<p>a &amp; b 你好 😀</p>", "", None)
    body = webhook_body(
        Person(1, "Ada Admin", "administrator"),
        Room(2, "open", "Support"),
        bot,
        message,
        "@Assistant a & b 你好 😀",
    )
    url = f"{webhook.url}/webhook/assistant?token=abc"
    answer = await post(url, webhook_headers(url, body), body, timeout=7)
    assert answer == Answer(204, None, b"")
    (received,) = webhook.received
    port = webhook.url.rpartition(":")[2]
    assert received.raw.decode() == raw.replace("127.0.0.1:5002", f"127.0.0.1:{port}")


async def test_an_edit_calls_nobody(
    server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """A mention that is added by an edit does not reach the bot (w23)."""
    url = f"{server.url}/rooms/2/{BOT_KEYS[4]}/messages"
    mention = load("w19_bot_mentions_bot")["messages_now"][0]["stored_html"]
    async with httpx.AsyncClient() as http:
        posted = await http.post(url, content=b"first")
        path = posted.headers["location"].rpartition("/")[2]
        edited = await http.patch(f"{url}/{path}", content=mention.encode())
    await server.campfire.webhooks.settled()
    assert (edited.status_code, webhook.received) == (200, [])


async def _post_as_recorded(
    name: str,
    recording: Json,
    divergence: Divergence,
    server: SandboxServer,
    sandbox: SandboxClient,
) -> int:
    """Do what the person or the bot did in the recording; the id of the message."""
    if name == "w23_edit_adds_mention":
        return int((await sandbox.post(2, "the edit is tested apart"))["id"])
    message = recording["messages_now"][0]
    html = divergence.stored_html or message["stored_html"]
    if message["creator"] in BOT_KEYS:
        return await _post_as_bot(server, message, html)
    if message["attachment"]:
        return await _post_file(sandbox, message, html)
    if name == "w02_mention_trix_form":
        html = _trix_form(html)
    posted = await sandbox.post(message["room"], html=html, user_id=message["creator"])
    return int(posted["id"])


async def _post_as_bot(server: SandboxServer, message: Json, html: str) -> int:
    url = f"{server.url}/rooms/{message['room']}/{BOT_KEYS[message['creator']]}/messages"
    headers = {"content-type": "text/plain; charset=utf-8"}
    async with httpx.AsyncClient() as http:
        answer = await http.post(url, content=html.encode(), headers=headers)
    return int(answer.headers["location"].rpartition("/")[2])


async def _post_file(sandbox: SandboxClient, message: Json, html: str) -> int:
    file = message["attachment"]
    data = PNG if file["content_type"] == "image/png" else b"x" * file["bytes"]
    posted = await sandbox.post_file(
        message["room"], file["filename"], data, file["content_type"], html=html or None
    )
    return int(posted["id"])


def _trix_form(html: str) -> str:
    """The figure that the Trix composer posts for a stored mention."""
    attributes = re.findall(r' ([\w-]+)="([^"]*)"', html.partition("></action-text")[0])
    fields = {key.replace("content-type", "contentType"): value for key, value in attributes}
    data = json.dumps(fields).replace("&quot;", "&amp;quot;").replace('"', "&quot;")
    data = data.replace("&amp;quot;", "\\&quot;").replace("&lt;", "<").replace("&gt;", ">")
    figure = f'<figure data-trix-attachment="{data}">@Assistant</figure>'
    return re.sub(r"<action-text-attachment.*</action-text-attachment>", lambda _: figure, html)


def _with_ids(payload: Json, message_id: int, divergence: Divergence, name: str) -> Json:
    room, message = payload["room"], payload["message"]
    key = BOT_KEYS[4 if room["path"].split("/")[3].startswith("4-") else 3]
    body = dict(message["body"])
    if divergence.plain_text is not None:
        body = {"html": divergence.stored_html, "plain": divergence.plain_text}
    return {
        "user": payload["user"],
        "room": {**room, "path": f"/rooms/{room['id']}/{key}/messages"},
        "message": {
            "id": message_id,
            "body": body,
            "path": f"/rooms/{room['id']}/@{message_id}",
        },
    }

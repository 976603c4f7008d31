"""The one background worker, and what goes over the wire when it calls a bot."""

import httpx
import pytest

from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.stored.messages import Message
from sandbox.campfire.stored.people import Person
from sandbox.campfire.stored.rooms import Room
from sandbox.campfire.webhooks.net_http import Answer, post
from sandbox.campfire.webhooks.request import webhook_body, webhook_headers
from sandbox.server import SandboxServer
from tests.integration.sandbox.campfire.answering_server import AnsweringServer
from tests.patience import PATIENCE_S
from tests.sandbox_client import SandboxClient
from tests.unit.sandbox.campfire.recording import load

PATH = "/rooms/2/3-52d8d3ea9c87/messages"


async def test_a_slow_bot_holds_up_the_others_and_the_notices(
    server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """One worker: the next webhook and the next push come when the slow bot has answered
    (w38, w39).
    """
    webhook.answer = {"status": "200 OK", "ct": "text/plain", "body": "slow", "delay": 6}
    await sandbox.post(5, "wait for me")
    async with AnsweringServer({"status": "200 OK", "ct": "text/plain", "body": "quick"}) as quick:
        await sandbox.change_bot("second_bot", webhook_url=quick.url)
        await sandbox.post(8, "and now?")
        await sandbox.post(2, html=f"<div>{mention_html(2, 'Mike Member')} look</div>")
        await webhook.called.wait()
        assert (quick.received, await sandbox.pushes()) == ([], [])
        await sandbox.wait_for_message(8, creator_id=4, timeout=PATIENCE_S)
    await server.campfire.settled()
    posted = [m for room in (5, 8) for m in await sandbox.messages(room)]
    answers = [m["body"]["plain_text"] for m in sorted(posted, key=lambda m: int(m["id"]))]
    assert answers == ["wait for me", "and now?", "slow", "quick"]
    assert ["Mike Member"] in [push["to"] for push in await sandbox.pushes()]


async def test_a_failed_job_is_not_tried_again(
    server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """Refused once is all: nothing is posted, and the failure is on record (r30)."""
    await sandbox.change_bot("assistant", webhook_url="http://127.0.0.1:1/webhook")
    await sandbox.post(5, "anybody?")
    await server.campfire.settled()
    (failed,) = await sandbox.failed_jobs()
    assert (failed["job"], failed["exception"]) == ("Bot::WebhookJob", "Errno::ECONNREFUSED")
    assert len(await sandbox.messages(5)) == 1
    assert [d["outcome"] for d in await sandbox.deliveries()] == ["unreachable"]


async def test_deliveries_are_remembered_without_keys(
    server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """A test can read what was sent and answered; the key in the payload is masked."""
    webhook.answer = {"status": "500 Oops", "ct": "application/json", "body": "{}"}
    asked = await sandbox.post(5, "hi")
    await server.campfire.settled()
    (delivery,) = await sandbox.deliveries()
    assert (delivery["status"], delivery["outcome"]) == (500, "file")
    assert delivery["message_id"] == asked["id"]
    assert delivery["payload"]["message"]["body"]["plain"] == "hi"
    assert "52d8d3ea9c87" not in str(delivery)


async def test_the_request_is_rails_byte_for_byte(webhook: AnsweringServer) -> None:
    """What goes over the wire is what Ruby's net/http and ActiveSupport sent (t02)."""
    raw = load("t02_rails_webhook_bytes")["raw_request"]
    bot = Person(3, "Assistant", "bot", token="abcdefABCDEF")
    message = Message(9, 2, 1, "<p>a &amp; b 你好 😀</p>", "", None)
    ada, room = Person(1, "Ada Admin", "administrator"), Room(2, "open", "Support")
    body = webhook_body(ada, room, bot, message, "@Assistant a & b 你好 😀")
    url = f"{webhook.url}/webhook/assistant?token=abc"
    answer = await post(url, webhook_headers(url, body), body, timeout=7)
    assert answer == Answer(204, None, b"")
    (received,) = webhook.received
    port = webhook.url.rpartition(":")[2]
    assert received.raw.decode() == raw.replace("127.0.0.1:5002", f"127.0.0.1:{port}")


async def test_following_the_redirect_looks_like_success(server: SandboxServer) -> None:
    """Who follows a bad key's redirect gets 200 and has posted nothing: the trap is there."""
    async with httpx.AsyncClient(base_url=server.url, follow_redirects=True) as http:
        answer = await http.post("/rooms/2/3-wrongtoken/messages", content=b"lost")
    assert (answer.status_code, len(answer.history)) == (200, 1)


async def test_an_index_that_is_known_is_not_sent_again(server: SandboxServer) -> None:
    """`ETag` and 304, which keeps the room's size and the next page (a80)."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        for number in range(41):
            await http.post(PATH, content=f"{number}".encode())
        first = await http.get(PATH)
        again = await http.get(PATH, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("x-total-count", "link", "etag"):
        assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize(("mode", "status"), [("main", 302), ("v1.4.9", 404)])
async def test_the_two_releases_can_be_told_apart(
    server: SandboxServer, sandbox: SandboxClient, mode: str, status: int
) -> None:
    """A GET of the index with a wrong key is 302 on main and 404 on v1.4.9 (a169)."""
    await sandbox.change_mode(mode)
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.get("/rooms/2/3-wrongtoken/messages")).status_code == status

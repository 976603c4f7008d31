"""What becomes of a webhook's answer is what was recorded; where the port differs, as in Rails."""

import re
from typing import Any

import pytest

from sandbox.campfire.client import SandboxClient
from sandbox.campfire.display_filter import filter_html
from sandbox.server import SandboxServer
from tests.integration.sandbox_campfire.answering_server import AnsweringServer
from tests.integration.sandbox_campfire.divergences import ANSWERS, Divergence
from tests.patience import PATIENCE_S
from tests.unit.sandbox_campfire.recording import Json, load, names

AS_RECORDED = Divergence("as recorded")


@pytest.mark.parametrize("name", names("r"))
async def test_an_answer_lands_as_recorded(
    name: str, server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """Each recorded answer posts the message, the file or the nothing it posted in Campfire."""
    recording, divergence = load(name), ANSWERS.get(name, AS_RECORDED)
    webhook.answer = _whole(recording)
    if name == "r30_connection_refused":
        await sandbox.change_bot("assistant", webhook_url="http://127.0.0.1:1/webhook")
    asked = recording["user_post"]
    posted = await sandbox.post(asked["room"]["id"], html=_inner(asked["body"]["html"]))
    await server.campfire.webhooks.settled()
    landed = await sandbox.messages(asked["room"]["id"], after=posted["id"])
    recorded = [] if divergence.nothing_posted else recording["messages_now"][1:]
    if not recorded and not divergence.attachment:
        assert landed == []
    else:
        (message,) = landed
        _check(message, recorded[0] if recorded else {}, divergence)
    assert len(webhook.received) == (0 if name == "r30_connection_refused" else 1)


async def test_a_reply_calls_no_bot(
    server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """A reply in a ping with two bots is not told to the other one (r27's rule for pings)."""
    webhook.answer = {"status": "200 OK", "ct": "text/plain", "body": "hello"}
    await sandbox.post(7, "hi both")
    await server.campfire.webhooks.settled()
    assert sorted(r.path for r in webhook.received) == ["/webhook/assistant", "/webhook/second"]
    assert len(await sandbox.messages(7)) == 3


async def test_a_slow_bot_holds_up_nobody(
    server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """While one webhook is silent, another message's answer comes."""
    webhook.answer = {"status": "200 OK", "ct": "text/plain", "body": "slow", "delay": 6}
    await sandbox.post(5, "wait for me")
    async with AnsweringServer({"status": "200 OK", "ct": "text/plain", "body": "quick"}) as quick:
        await sandbox.change_bot("second_bot", webhook_url=quick.url)
        asked = await sandbox.post(8, "and now?")
        answer = await sandbox.wait_for_message(8, after=asked["id"], timeout=PATIENCE_S)
    assert answer["body"]["plain_text"] == "quick"
    assert len(await sandbox.messages(5)) == 1
    await server.campfire.webhooks.settled()


async def test_deliveries_are_remembered_without_keys(
    server: SandboxServer, sandbox: SandboxClient, webhook: AnsweringServer
) -> None:
    """A test can read what was sent and answered; the key in the payload is masked."""
    webhook.answer = {"status": "500 Oops", "ct": "application/json", "body": "{}"}
    asked = await sandbox.post(5, "hi")
    await server.campfire.webhooks.settled()
    (delivery,) = await sandbox.deliveries()
    assert (delivery["status"], delivery["outcome"]) == (500, "file")
    assert delivery["message_id"] == asked["id"]
    assert delivery["payload"]["message"]["body"]["plain"] == "hi"
    assert "52d8d3ea9c87" not in str(delivery)


def _check(message: Json, recorded: Json, divergence: Divergence) -> None:
    attachment = {**(recorded.get("attachment") or {}), **(divergence.attachment or {})}
    if attachment:
        assert message["attachment"] == {
            "filename": attachment["filename"],
            "content_type": attachment["content_type"],
            "byte_size": attachment["bytes"],
        }
    elif recorded["stored_chars"] > len(recorded["stored_html"]):  # cut in the recording
        assert len(message["stored_html"]) == recorded["stored_chars"]
    else:
        expected = divergence.stored_html or recorded["stored_html"]
        assert filter_html(message["stored_html"]) == filter_html(expected)


def _whole(recording: Json) -> dict[str, Any]:
    """What was answered; a body that the recording cut short is made whole again."""
    answer: dict[str, Any] = recording["webhook_requests"][0]["answered"]
    if not answer["body"].endswith("…"):
        return answer
    posted = recording["messages_now"][1]
    whole = posted["stored_chars"] == len(posted["stored_html"])
    return {
        **answer,
        "body": posted["stored_html"] if whole else "<p>" + "word " * 200_000 + "</p>",
    }


def _inner(html: str) -> str:
    return re.sub(r"^<div class=\"lexxy-content\">|</div>$", "", html)

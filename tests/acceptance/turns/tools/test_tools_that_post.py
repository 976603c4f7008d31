"""What the real CLI's tools post in the room: once, whatever dies, and asked anew with new ids."""

import json
import shutil
import signal
from collections.abc import Awaitable
from pathlib import Path
from typing import cast

import httpx
import pytest

from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.redis.client import redis_client
from shared.redis.message_hash import Field
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import SUPPORT, Stack
from tests.conftest import eventually

LABEL = "(This may be a repeat, because the connection broke while I answered.)"
OFFERED = {"main": ["boost", "delete", "edit", "post"], "v1.4.9": ["post"]}
NOT_AGAIN = "Nothing was sent: an earlier attempt at this answer has posted"


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    """The bots as they are shipped, but the assistant may post."""
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    file = folder / "assistant.yaml"
    file.write_text(file.read_text().replace("tools: []", "campfire: [post, edit, boost]"))
    return folder


@pytest.mark.short_form("main-recorded-other")
@pytest.mark.pairs
@pytest.mark.parametrize("wording", ["same", "other"])
@pytest.mark.parametrize("step", ["posted", "recorded"])
@pytest.mark.parametrize("mode", ["main", "v1.4.9"])
async def test_a_post_outlives_kill_9(
    new_stack: NewStack, valkey: EmbeddedValkey, bots: Path, mode: str, step: str, wording: str
) -> None:
    """Killed after Campfire's 201 and before the tool's result: one message, in the newest words.

    On v1.4.9 nobody can change it; and where not even its number was on record, nobody can know
    that it is there: then it is posted again, and says so, as an answer does.
    """
    stack = new_stack(BOTS_DIR=str(bots), SANDBOX_MODE=mode)
    stack.worker.environment["KILL_AT"] = f"tool.{step}"
    await stack.start()
    await stack.ready()
    await stack.say("tool campfire__post the wording")
    assert await stack.worker.ended() == -signal.SIGKILL
    if wording == "other":
        await _asked_in_other_words(stack, valkey)
    del stack.worker.environment["KILL_AT"]
    await stack.worker.start()
    first, *others = await _until_answered(stack)
    assert await _offered(stack) == OFFERED[mode]
    now = "the wording" if wording == "same" else "another wording"
    if mode == "v1.4.9" and step == "posted":
        assert [first, *others[:-1]] == ["the wording", f"{LABEL}\n{now}"]
        return
    told = others.pop()
    assert others == []
    assert first == ("the wording" if mode == "v1.4.9" else now)
    assert (NOT_AGAIN in told) == (mode == "v1.4.9" or wording == "same")


@pytest.mark.pairs
@pytest.mark.long
@pytest.mark.parametrize("session", ["fresh", "hot", "spare", "resumed"])
@pytest.mark.parametrize("step", ["tool.posted", "tool.recorded"])
async def test_in_whatever_session(
    new_stack: NewStack, bots: Path, session: str, step: str
) -> None:
    """A call finds its turn by the message's job, however its agent came to the lane."""
    stack = new_stack(BOTS_DIR=str(bots), SPARE_SESSIONS="1" if session == "spare" else "0")
    if session != "resumed":
        stack.worker.environment["KILL_AT"] = step
    await stack.start()
    await stack.ready()
    if session in ("hot", "resumed"):
        assert await stack.ask("echo hello") == "hello"
    if session == "resumed":
        await stack.worker.terminate()
        stack.worker.environment["KILL_AT"] = step
        await stack.worker.start()
    await stack.say("tool campfire__post the wording")
    assert await stack.worker.ended() == -signal.SIGKILL
    del stack.worker.environment["KILL_AT"]
    await stack.worker.start()
    *said, told = await _until_answered(stack)
    assert said == [*(["hello"] if session in ("hot", "resumed") else []), "the wording"]
    assert NOT_AGAIN in told


@pytest.mark.pairs
@pytest.mark.long
@pytest.mark.parametrize("step", ["tool.boosting", "tool.boosted", "tool.boost_recorded"])
async def test_a_boost_outlives_kill_9(new_stack: NewStack, bots: Path, step: str) -> None:
    """It stands once beside the sign of the message's end."""
    stack = new_stack(BOTS_DIR=str(bots))
    stack.worker.environment["KILL_AT"] = step
    await stack.start()
    await stack.ready()
    asked = await stack.say("tool campfire__boost 👍")
    assert await stack.worker.ended() == -signal.SIGKILL
    del stack.worker.environment["KILL_AT"]
    await stack.worker.start()
    await _until_answered(stack)

    async def boosts() -> bool:
        found = await stack.campfire.messages(SUPPORT)
        (message,) = [m for m in found if m["id"] == asked["after"]]
        return sorted(boost["content"] for boost in message["boosts"]) == ["✅", "👍"]

    await eventually(boosts)


async def _offered(stack: Stack) -> list[str]:
    """What the agent was given of this toolbox, in its newest request."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{stack.sandbox_url}/model/requests")
    names = answer.json()["requests"][-1]["tools"]
    return sorted(name.removeprefix("mcp__campfire__") for name in names)


async def _asked_in_other_words(stack: Stack, valkey: EmbeddedValkey) -> None:
    """What the model makes of a question is never twice the same: this stands in for that."""
    redis, keys = redis_client(valkey.url), Keys(stack.prefix)
    (name,) = [key async for key in redis.scan_iter(keys.message("*").replace("{", "[{]"))]
    body = await cast(Awaitable[bytes], redis.hget(name, Field.BODY))
    message = json.loads(body)
    for part in ("text", "html"):
        message[part] = message[part].replace("the wording", "another wording")
    await cast(Awaitable[int], redis.hset(name, Field.BODY, json.dumps(message)))
    await redis.aclose()


async def _until_answered(stack: Stack) -> list[str]:
    """All that the bot has said, the answer last."""
    await stack.campfire.wait_for_message(
        SUPPORT, such_that=lambda found: "The tool answered" in found["body"]["plain_text"]
    )
    return await stack.answers()

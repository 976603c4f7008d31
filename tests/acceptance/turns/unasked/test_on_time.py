"""Reminders and schedules with the real CLI: set, told, listed, posted after a crash, missed."""

import shutil
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis

from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.lane import Lane
from shared.on_time import Reminder
from shared.redis.client import redis_client
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import SUPPORT, Stack

MODES = pytest.mark.parametrize("mode", ["main", "v1.4.9"])
LANE = Lane(SUPPORT, "assistant")
REMIND = 'tool campfire__remind {"text": "water the plants", "in_minutes": 30}'
HOURS_MS = 7_200_000
SCHEDULES = """\
campfire: [remind]
timezone: Europe/Berlin
schedules:
  news: {at: 0 0 1 1 *, room: 2, ask: echo what is new}
"""


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    """The bots as they are shipped, but the assistant reminds people and has a schedule."""
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    file = folder / "assistant.yaml"
    file.write_text(file.read_text().replace("tools: []", SCHEDULES))
    return folder


@pytest.mark.short_form("main")
@MODES
async def test_what_is_due_comes_once_whatever_happens_meanwhile(
    new_stack: NewStack, bots: Path, valkey: EmbeddedValkey, mode: str
) -> None:
    """In the person's zone, through kill -9: a reminder with their name, without the model; a
    schedule as a turn of nobody's; and what is missed is said."""
    stack = new_stack(BOTS_DIR=str(bots), SANDBOX_MODE=mode)
    await stack.start()
    await stack.ready()
    assert "Europe/Berlin" in await stack.ask("timezone Berlin")
    assert "Reminder 1 is set for" in (set_ := await stack.ask(REMIND))
    assert "(Europe/Berlin, UTC+0" in set_
    await stack.ask(REMIND)
    assert "Reminder 2 is taken away." in await stack.ask("cancel reminder 2")
    assert "water the plants" in await stack.ask("reminders")
    asked = len(await stack.model_requests())
    redis = redis_client(valkey.url)
    keys = Keys(stack.prefix)
    await stack.worker.kill()
    await _due(redis, keys, late_ms=0)
    await stack.worker.start()
    assert "⏰ " in await _said(stack, "Ada Admin: water the plants")
    assert len(await stack.model_requests()) == asked
    await _comes(stack, redis, keys, late_ms=0)
    assert "what is new" in await _said(stack, "what is new")
    prompts = [text for it in (await stack.model_requests())[asked:] for text in it.prompts]
    assert any("It is the time of schedule news" in prompt for prompt in prompts)
    await _comes(stack, redis, keys, late_ms=HOURS_MS)
    assert "when “news” was due" in await _said(stack, "I was away")
    answers = await stack.answers()
    assert len([text for text in answers if "plants" in text and text.startswith("⏰")]) == 1
    await redis.aclose()


async def _due(redis: Redis, keys: Keys, *, late_ms: int) -> None:
    """The first reminder is due so long ago, as if its time had passed."""
    stored = await redis.hget(keys.reminders(LANE), "1")  # type: ignore[misc]
    due_ms = round(time.time() * 1000) - late_ms
    reminder = Reminder.model_validate_json(stored).model_copy(update={"due_ms": due_ms})
    await redis.hset(keys.reminders(LANE), "1", reminder.model_dump_json())  # type: ignore[misc]
    await redis.zadd(keys.due, {reminder.called: due_ms})


async def _comes(stack: Stack, redis: Redis, keys: Keys, *, late_ms: int) -> None:
    """The schedule is due so long ago; a consumer that starts finds it so."""
    await stack.worker.kill()
    await redis.zadd(keys.due, {"schedule:assistant:news": round(time.time() * 1000) - late_ms})
    await stack.worker.start()


async def _said(stack: Stack, words: str) -> str:
    """The bot's post with these words, once it is there."""
    message = await stack.campfire.wait_for_message(
        SUPPORT, creator_id=3, such_that=lambda found: words in found["body"]["plain_text"]
    )
    text: str = message["body"]["plain_text"]
    return text

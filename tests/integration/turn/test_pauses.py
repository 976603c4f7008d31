"""A pause as the room sees it."""

import time

from shared.audit import NO_AUDIT
from shared.operating.actions import Actions
from shared.operating.pauses import Scope
from tests.integration.conftest import Stage

TOLD = "I am paused just now"
MINUTE_MS = 60_000


def actions(stage: Stage) -> Actions:
    return Actions(stage.redis, stage.keys, NO_AUDIT, via="command")


async def test_the_room_is_told_once_and_control_words_work(stage: Stage) -> None:
    """Two messages and a restart of the consumer under one pause: one sentence; `status` is
    answered meanwhile, and both messages in order after it."""
    await stage.start()
    await actions(stage).pause(Scope(room_id=2))
    await stage.say("one")
    await stage.heard(TOLD)
    await stage.stop()
    await stage.start()
    await stage.say("two", user_id=2, user_name="Bo")
    await stage.say("status", control="status")
    assert "Whoever runs me has paused me" in await stage.heard("2 messages of")
    assert stage.agent.prompts == []
    await actions(stage).resume(Scope(room_id=2))
    await stage.heard("answer to two")
    await stage.until_idle()
    said = await stage.bot_said()
    assert [text for text in said if TOLD in text] == [
        f"Ada Admin: {TOLD}. Your message waits, and I answer it when I am back at work."
    ]
    assert stage.agent.prompts == ["one", "two"]


async def test_while_it_is_paused_a_message_does_not_grow_old(stage: Stage) -> None:
    """Said half an hour ago, twenty-five minutes of it under a pause: it is answered. One that
    waited longer than a quarter of an hour beside it is not."""
    now_ms = round(time.time() * 1000)
    since, until = now_ms - 27 * MINUTE_MS, now_ms - 2 * MINUTE_MS
    over = f'{{"what":"all","since":{since},"until":{until}}}'
    await stage.redis.lpush(stage.keys.pauses, over)  # type: ignore[misc]
    await stage.say("kept", accepted_ms=now_ms - 30 * MINUTE_MS)
    await stage.start()
    await stage.heard("answer to kept")
    await stage.until_idle()
    await stage.say("gone", accepted_ms=now_ms - 45 * MINUTE_MS)
    await stage.heard("did not answer")
    assert stage.agent.prompts == ["kept"]

"""What the consumer notes of messages that never reach the agent."""

from typing import Any

from shared.audit import AuditTrail
from tests.bots import bot_with
from tests.integration.conftest import BOT, Stage


async def test_refusals_and_control_words_are_noted(stage: Stage) -> None:
    """Each time, though the room is told once a day: who, where, and which word; nothing said."""
    stage.bots = {"assistant": bot_with(BOT, people={"talk": [1], "control": {"new": [7]}})}
    await stage.start()
    stranger: dict[str, Any] = {"user_id": 9, "user_name": "Bo"}
    jobs = [
        await stage.say("let me in", **stranger),
        await stage.say("please", **stranger),
        await stage.say("new", control="new"),
        await stage.say("status", control="status"),
    ]
    await stage.until_idle()
    noted = [kept.entry async for kept in AuditTrail(stage.redis, stage.keys).read()]
    found = {it.job: (it.what, it.person, it.bot, it.room, it.detail) for it in noted}
    assert [found[job.replace("{", "").replace("}", "")] for job in jobs] == [
        ("refused", 9, "assistant", 2, "person"),
        ("refused", 9, "assistant", 2, "person"),
        ("refused", 1, "assistant", 2, "word new"),
        ("control_word", 1, "assistant", 2, "status"),
    ]
    assert "please" not in str(await stage.redis.xrange(stage.keys.audit))

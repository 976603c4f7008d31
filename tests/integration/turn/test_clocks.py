"""A turn goes by Redis' clock, whatever clock the machine has that runs it."""

import time

import pytest

from shared.catalogue import catalogue
from shared.clocks.redis_time import RedisTime
from tests.integration.conftest import Stage

AHEAD_S = 3600


async def test_a_message_is_too_old_when_redis_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two consumers whose clocks differ by an hour answer the same messages."""
    monkeypatch.setattr(RedisTime, "now_ms", lambda _: round((time.time() + AHEAD_S) * 1000))
    await stage.start()
    await stage.say("hello")
    before, *_ = catalogue("en").say("expired.one", people="@", first="@", zone="@").split("@")
    assert await stage.heard(before)
    await stage.until_idle()
    assert stage.agent.prompts == []

"""A consumer that stood still right before its post leaves the message to its successor."""

from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from consumer.campfire import sent_until
from shared.clocks.steady_time import steady_s
from tests.conftest import eventually
from tests.integration.conftest import Stage


async def test_frozen_on_the_way_to_campfire_it_posts_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim was good when it was asked, and another's when the connection was there."""
    connect = aiohttp.TCPConnector.connect

    async def freeze(connector: aiohttp.TCPConnector, *how: Any, **more: Any) -> Any:
        connection = await connect(connector, *how, **more)
        if sent_until._until_s.get() < float("inf"):
            await stage.redis.hset(stage.keys.message(job), "token", "another's")  # type: ignore[misc]
            monkeypatch.setattr(sent_until, "steady_s", lambda: steady_s() + 60)
        return connection

    monkeypatch.setattr(aiohttp.TCPConnector, "connect", freeze)
    await stage.start()
    with capture_logs() as logs:
        job = stage.keys.stored(await stage.say("hello"))

        async def given_up() -> bool:
            return any(line["event"] == "turn_fenced" for line in logs)

        await eventually(given_up)
    assert await stage.bot_said() == []

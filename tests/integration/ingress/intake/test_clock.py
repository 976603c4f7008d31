"""A message is as old as Redis says, whatever the clock of the web process that took it."""

import json
import time

import pytest

from shared.redis import clock
from tests.conftest import eventually
from tests.deliveries import RECORDED_KEY, delivery
from tests.integration.ingress.conftest import RunningIngress
from tests.integration.ingress.test_events import EVENTS, SHOWN, send, stored

HOUR_S = 3600
TWO_MINUTES_MS = 120_000


@EVENTS
@pytest.mark.parametrize("off_s", [-HOUR_S, HOUR_S])
async def test_messages_are_accepted_by_redis_clock(
    ingress: RunningIngress, monkeypatch: pytest.MonkeyPatch, off_s: int
) -> None:
    """Else a worker elsewhere would find each too old to be answered, or none ever."""
    await eventually(lambda: ingress.redis.exists(ingress.keys.web_processes))
    now, now_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: now() + off_s)
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() + off_s * 10**9)
    body = json.dumps(delivery(key=RECORDED_KEY, plain="hello")).encode()
    assert (await ingress.post("/webhook/assistant", body)).status == 204
    assert (await send(ingress, SHOWN)).status == 202
    accepted = [message.accepted_ms for message in await stored(ingress)]
    assert len(accepted) == 2
    assert await _all_lately(ingress, accepted)


async def _all_lately(ingress: RunningIngress, accepted: list[int]) -> bool:
    now_ms = await clock.now_ms(ingress.redis)
    return all(0 <= now_ms - at_ms < TWO_MINUTES_MS for at_ms in accepted)

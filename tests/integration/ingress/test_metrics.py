"""The web process's metrics: behind a token of their own, cheap, and without a secret in them."""

import json

import pytest

from tests.deliveries import RECORDED_KEY, delivery
from tests.integration.ingress.conftest import SCRAPER, RunningIngress
from tests.integration.ingress.live.watching import ADMIN
from tests.integration.ingress.test_operator_authentication import request

SCRAPE = f"Authorization: Bearer {SCRAPER}"


async def scrape(ingress: RunningIngress) -> str:
    answer = await ingress.talk(request("GET", "/metrics", SCRAPE))
    assert answer.status == 200
    return answer.body.decode()


def value(text: str, sample: str) -> float:
    found = [line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(sample + " ")]
    assert found, sample
    return float(found[0])


@pytest.mark.parametrize(
    ("lines", "status"),
    [((), 401), ((f"Authorization: Bearer {ADMIN}x",), 401), ((SCRAPE, "Origin: null"), 403)],
)
async def test_metrics_are_for_who_has_the_token(
    ingress: RunningIngress, lines: tuple[str, ...], status: int
) -> None:
    """Nobody for being near, and no page in a browser."""
    answer = await ingress.talk(request("GET", "/metrics", *lines))
    assert (answer.status, answer.body) == (status, b"")


async def test_a_delivery_is_counted_and_what_waits_is_told(ingress: RunningIngress) -> None:
    """By its bot and what became of it; never by its key, its room or its words."""
    counted = 'campfire_deliveries_total{bot="assistant",outcome="accepted"}'
    before = await scrape(ingress)
    known = value(before, counted) if counted in before else 0.0
    body = json.dumps(delivery(key=RECORDED_KEY, plain="the secret plan")).encode()
    assert (await ingress.post("/webhook/assistant", body)).status == 204
    after = await scrape(ingress)
    assert value(after, counted) == known + 1
    assert value(after, "campfire_messages_waiting") == 1
    assert value(after, "campfire_redis_up") == 1
    assert value(after, "campfire_oldest_waiting_seconds") >= 0
    for secret in (RECORDED_KEY, "secret plan", SCRAPER, ADMIN):
        assert secret not in after

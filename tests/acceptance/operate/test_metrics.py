"""What a Prometheus reads of a service that answers, over both processes' ports."""

import httpx

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import BOT_KEYS, free_port
from tests.acceptance.stack import Stack
from tests.conftest import eventually

TOKEN = "scrape-me-0123456789"
TOLD = (
    'campfire_deliveries_total{bot="assistant",outcome="accepted"} 1.0',
    'campfire_messages_settled_total{bot="assistant",outcome="completed",reason=""} 1.0',
    'campfire_turn_seconds_count{bot="assistant",outcome="completed",tier="cold"} 1.0',
    'campfire_wait_seconds_count{bot="assistant"} 1.0',
    'campfire_posts_total{bot="assistant",outcome="2xx"} 1.0',
    'campfire_session_starts_total{bot="assistant",tier="cold"} 1.0',
    'campfire_output_tokens_total{bot="assistant"}',
    "campfire_consumer_up 1.0",
    "campfire_redis_up 1.0",
)


async def test_both_processes_tell_of_a_message_without_a_word_of_it(new_stack: NewStack) -> None:
    """Counted where it came in and where it was answered; no key, no token, no text, no room."""
    port = free_port()
    stack = new_stack(METRICS_PORT=str(port), METRICS_TOKEN=TOKEN, PROGRESS="off")
    await stack.start()
    await stack.ready()
    assert "turnip" in await stack.ask("say turnip")
    worker_url, found = f"http://127.0.0.1:{port}", ""

    async def all_is_told() -> bool:
        nonlocal found
        found = await _scraped(stack.web_url) + await _scraped(worker_url)
        return all(f"\n{line}" in found for line in TOLD)

    try:
        await eventually(all_is_told)
    finally:
        print(found)  # noqa: T201 - pytest shows it beside a failure only
    for secret in ("turnip", TOKEN, "Support", "Ada", *BOT_KEYS.values(), *_secrets(stack)):
        assert secret not in found
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{worker_url}/metrics", headers=stack.operator)).status_code == 401


async def _scraped(url: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.text


def _secrets(stack: Stack) -> list[str]:
    return [stack.operator["Authorization"].split()[1], stack.worker.environment["REDIS_PREFIX"]]

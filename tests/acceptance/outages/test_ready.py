"""/ready tells the truth: it is 200 only while a message sent now would be answered."""

import signal
from pathlib import Path

import pytest
from redis.asyncio import Redis

from operate.launch.valkey import EmbeddedValkey
from shared.redis.client import redis_client
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import free_port
from tests.acceptance.stack import Stack
from tests.conftest import eventually
from tests.integration.sessions.scripted_model import Fails, api_error, says, scripted_model

REFUSED = api_error(401, "authentication_error", "invalid x-api-key")


async def missing(stack: Stack) -> str:
    """What `/ready` names; empty: it is ready."""
    answer = await stack.http.get("/ready")
    assert answer.status_code == (503 if "x-not-ready" in answer.headers else 200)
    return str(answer.headers.get("x-not-ready", ""))


async def is_missing(stack: Stack, what: str) -> bool:
    return await missing(stack) == what


async def test_a_redis_that_takes_no_writes_is_not_ready(
    new_stack: NewStack, tmp_path: Path
) -> None:
    """Its memory is full: at once, though the heart goes on beating; and ready when it has room."""
    with EmbeddedValkey(tmp_path / "own", port=free_port()) as valkey:
        stack = new_stack(redis_url=valkey.url)
        await stack.start()
        await stack.ready()
        redis: Redis = redis_client(valkey.url)
        await redis.config_set("maxmemory", "1")
        assert await missing(stack) == "redis"
        assert (await stack.http.get("/health")).status_code == 200
        await redis.config_set("maxmemory", "0")
        assert await missing(stack) == ""
        await redis.aclose()
        await stack.stop()


@pytest.mark.long
async def test_a_campfire_that_cannot_be_reached_is_named_until_it_can(stack: Stack) -> None:
    """Told by the last contact; asked again without anybody writing a message."""
    await stack.worker.log.event("start_check_good")  # or it meets the faults in its place
    await stack.campfire.order_fault(kind="status", status=503, times=12)
    asked = await stack.say("echo hello")
    await eventually(lambda: is_missing(stack, "campfire"))
    assert await stack.answer(asked) == "hello"
    await eventually(lambda: is_missing(stack, ""))


async def test_a_consumer_that_drains_is_not_ready(stack: Stack) -> None:
    """From SIGTERM on, while its last turn goes on."""
    await stack.say("slow 4; echo late")
    await stack.worker.log.event("turn_claimed")
    stack.worker.signal(signal.SIGTERM)
    await eventually(lambda: is_missing(stack, "draining"))
    assert await stack.worker.ended() == 0
    await eventually(lambda: is_missing(stack, "consumer"))


async def test_a_model_that_refuses_us_is_named_until_it_answers(new_stack: NewStack) -> None:
    """At the start, with nobody writing a message; and well again without one."""
    async with scripted_model() as model:
        model.otherwise = model.counting = REFUSED
        stack = new_stack(ANTHROPIC_BASE_URL=model.base_url)
        await stack.start()
        await stack.web.log.event("ingress_listening")
        await eventually(lambda: is_missing(stack, "model"))
        model.otherwise, model.counting = says("here"), None
        await eventually(lambda: is_missing(stack, ""))
        assert await stack.ask("hello") == "here"
        model.otherwise = model.counting = REFUSED
        await stack.ask("and now?")
        await eventually(lambda: is_missing(stack, "model"))
        model.otherwise, model.counting = says("here"), None
        await eventually(lambda: is_missing(stack, ""))
        await stack.stop()


async def test_a_gateway_that_counts_no_tokens_is_ready(new_stack: NewStack) -> None:
    """Nothing is known of its model, and that is said; a message there is answered."""
    async with scripted_model() as model:
        model.counting = Fails(404, "no such path")
        stack = new_stack(ANTHROPIC_BASE_URL=model.base_url)
        await stack.start()
        await stack.ready()
        await stack.worker.log.event("start_check_good")
        assert model.counted > 1, "by the contact and by the start check"
        assert await stack.ask("hello") == "ok"
        await stack.stop()


async def test_a_bot_whose_key_is_refused_leaves_the_others_ready(new_stack: NewStack) -> None:
    """The operator reads which it is; the others answer."""
    stack = new_stack()
    stack.worker.environment["BOT_KEY_FINANCIAL_ANALYST"] = "101-wrongwrongwr"
    await stack.start()
    await stack.ready()

    async def is_listed() -> bool:
        stats = await stack.http.get("/session/stats", headers=stack.operator)
        return bool(stats.json().get("refused_keys") == ["financial_analyst"])

    await eventually(is_listed)
    assert await missing(stack) == ""
    assert await stack.ask("echo hello") == "hello"
    (line,) = stack.worker.log.events("bot_key_refused")
    assert line["bot_id"] == "financial_analyst"
    await stack.stop()

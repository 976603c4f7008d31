"""Every error that Anthropic's API gives, as it gives it, with the real CLI."""

import asyncio
from time import monotonic

import pytest

from consumer.agent import (
    AccountDisabled,
    AgentOverloaded,
    AgentRejected,
    AgentUnauthorized,
    AgentUnavailable,
    ConversationTooLong,
    ModelRefused,
    OutOfCredit,
    RateLimited,
    RequestTooLarge,
    SpendLimitReached,
    TurnFailed,
    UnknownModel,
)
from consumer.sessions import SessionManager
from shared.catalogue import Language, catalogue
from tests.integration.sessions.conftest import BOT, LANE, StartManager
from tests.integration.sessions.scripted_model import (
    Fails,
    Resets,
    ScriptedModel,
    Step,
    api_error,
    says,
)

BAD = "invalid_request_error"
SPENT = "You have reached your specified API usage limits. You will regain access on 2026-12-01"
DISABLED = "This organization has been disabled."
LANGUAGES: tuple[Language, ...] = ("en", "zh")
SECRET = "the merger with Initech"
KINDS: list[tuple[Step, type[TurnFailed], str]] = [
    (api_error(400, BAD, "Your credit balance is too low to access the Anthropic API. Please go "
               "to Plans & Billing to upgrade or purchase credits."),
     OutOfCredit, "billing_error, api_error, status 400, Credit balance is too low"),
    (api_error(402, "billing_error", "Your account has a billing problem."), OutOfCredit, "402"),
    (api_error(400, BAD, f"{SPENT} at 00:00 UTC."), SpendLimitReached, "API usage limits"),
    (api_error(429, "rate_limit_error", f"{SPENT} at 00:00 UTC."), SpendLimitReached, "429"),
    (api_error(400, BAD, DISABLED), AccountDisabled, "has been disabled"),
    (api_error(403, "permission_error", DISABLED), AccountDisabled, "status 403"),
    (api_error(404, "not_found_error", "model: claude-nope-9"), UnknownModel, "model_not_found"),
    (api_error(401, "authentication_error", "invalid x-api-key"), AgentUnauthorized, "401"),
    (api_error(403, "permission_error", "Your API key does not have permission to use the "
               "specified resource."), AgentUnauthorized, "does not have permission"),
    (api_error(413, "request_too_large", "Request exceeds the maximum size"),
     RequestTooLarge, "status 413"),
    (Fails(413, "<html>413 Request Entity Too Large</html>", {"content-type": "text/html"}),
     RequestTooLarge, "status 413"),
    (api_error(400, BAD, "messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: "
               "6000000 bytes > 5242880 bytes"), RequestTooLarge, "image_error"),
    (api_error(400, BAD, "prompt is too long: 210000 tokens > 200000 maximum"),
     ConversationTooLong, "prompt_too_long"),
    (api_error(400, BAD, "Output blocked by content filtering policy"), ModelRefused, "policy"),
    (api_error(400, BAD, f"messages.1.content.0: {SECRET} is not allowed"),
     AgentRejected, "at messages.1.content.0"),
    (api_error(422, BAD, f"unprocessable: {SECRET}"), AgentRejected, "status 422"),
    (api_error(429, "rate_limit_error", "This request would exceed your rate limit"),
     RateLimited, "status 429"),
    (api_error(529, "overloaded_error", "Overloaded"), AgentOverloaded, "status 529"),
    (api_error(500, "api_error", "Internal server error"), AgentUnavailable, "status 500"),
    (api_error(504, "timeout_error", "Request timed out"), AgentUnavailable, "status 504"),
    (Fails(502, "<html>bad gateway</html>", {"content-type": "text/html"}),
     AgentUnavailable, "status 502"),
    (Fails(407, "proxy", {}), AgentUnavailable, "status 407"),
    (Fails(200, "<html>Please log in</html>", {"content-type": "text/html"}),
     AgentUnavailable, "malformed"),
    (Resets(), AgentUnavailable, ""),
]  # fmt: skip


@pytest.mark.short_form("step0", "step9", "step17", "step22")
@pytest.mark.parametrize(("step", "kind", "reason"), KINDS)
async def test_each_kind_is_told_apart_and_its_reason_is_known(
    start_manager: StartManager,
    script: ScriptedModel,
    step: Step,
    kind: type[TurnFailed],
    reason: str,
) -> None:
    """An error with a sentence of its own in both languages; no text of the chat in its reason,
    and none of the question in the next request."""
    manager = await start_manager(base_url=script.base_url, api_retries=0)
    script.otherwise = step
    with pytest.raises(TurnFailed) as failure:
        await manager.run_turn(LANE, BOT, f"a question about {SECRET}")
    assert (type(failure.value), reason in failure.value.detail) == (kind, True)
    assert SECRET not in failure.value.detail
    for language in LANGUAGES:
        assert catalogue(language).say(f"error.{kind.__name__}")
    script.otherwise = says("ok")
    await manager.run_turn(LANE, BOT, "the next question")
    assert SECRET not in script.last_text


async def test_the_end_of_a_spend_limit_is_known(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """For the operator, who is told by whoever asked."""
    script.otherwise = api_error(400, BAD, f"{SPENT} at 00:00 UTC.")
    with pytest.raises(SpendLimitReached) as failure:
        await scripted.run_turn(LANE, BOT, "hello")
    assert failure.value.until == "2026-12-01 00:00 UTC"


@pytest.mark.short_form("429")
@pytest.mark.parametrize("status", [429, 529])
async def test_a_wait_beyond_the_deadline_ends_the_turn_at_once(
    scripted: SessionManager, script: ScriptedModel, status: int
) -> None:
    """The API names 58 s and 20 are left: the room is told now, with the time it named."""
    script.otherwise = api_error(status, "rate_limit_error", "slow down", retry_after="58")
    began = monotonic()
    with pytest.raises((RateLimited, AgentOverloaded)) as failure:
        await scripted.run_turn(LANE, BOT, "hello", within_s=20.0)
    assert monotonic() - began < 15
    assert failure.value.retryable is False
    assert failure.value.wait_s is not None
    assert 58 <= failure.value.wait_s <= 58 * 1.3, "the CLI adds a quarter at most"


@pytest.mark.long
async def test_a_wait_that_the_cli_does_not_wait_ends_it_too(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """Named more than a minute, it gives up at once and does not tell: so do we."""
    script.otherwise = api_error(429, "rate_limit_error", "slow down", retry_after="600")
    async with asyncio.timeout(15):
        with pytest.raises(RateLimited) as failure:
            await scripted.run_turn(LANE, BOT, "hello")
    assert failure.value.retryable is False


async def test_a_short_wait_is_waited_for(scripted: SessionManager, script: ScriptedModel) -> None:
    """Within the deadline the answer comes."""
    script.enqueue(api_error(429, "rate_limit_error", "slow down", retry_after="1"))
    assert (await scripted.run_turn(LANE, BOT, "hello")).text == "ok"

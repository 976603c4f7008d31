"""What an end says went wrong; the same with the real CLI: integration/sessions/test_api_errors."""

import pytest

from consumer.agent import (
    AccountDisabled,
    AgentFailed,
    AgentOverloaded,
    AgentRejected,
    AgentUnauthorized,
    AgentUnavailable,
    ConversationTooLong,
    ModelRefused,
    OutOfCredit,
    RateLimited,
    RequestTooLarge,
    TurnFailed,
    TurnLimitReached,
    UnknownModel,
)
from consumer.agent.agent_client import Ended
from consumer.agent.endings import classify


def ended(**fields: object) -> Ended:
    return Ended(session_id="s", **fields)  # type: ignore[arg-type]


def failed(status: int | None = None, result: str | None = None, **fields: object) -> Ended:
    return ended(is_error=True, status=status, result=result, **fields)


@pytest.mark.parametrize(
    ("end", "name", "error"),
    [
        (ended(), None, None),
        (failed(400), None, AgentRejected),
        (failed(401), None, AgentUnauthorized),
        (failed(402), "unknown", OutOfCredit),
        (failed(403), None, AgentUnauthorized),
        (failed(404), None, UnknownModel),
        (failed(407), None, AgentUnavailable),
        (failed(408), None, AgentUnavailable),
        (failed(413), None, RequestTooLarge),
        (failed(422), None, AgentRejected),
        (failed(429), None, RateLimited),
        (failed(500), None, AgentUnavailable),
        (failed(529), "server_error", AgentOverloaded),
        (failed(400, "Credit balance is too low"), "billing_error", OutOfCredit),
        (failed(400), "billing_error", OutOfCredit),
        (failed(403), "account_on_hold", AccountDisabled),
        (failed(403, "This organization has been disabled."), None, AccountDisabled),
        (failed(400, "Output blocked by content filtering policy"), "unknown", ModelRefused),
        (failed(400, terminal_reason="prompt_too_long"), "invalid_request", ConversationTooLong),
        (failed(400, terminal_reason="image_error"), "invalid_request", RequestTooLarge),
        (failed(terminal_reason="api_error"), None, AgentUnavailable),
        (failed(result="API Error: Connection lost"), None, AgentUnavailable),
        (failed(subtype="error_during_execution"), None, AgentFailed),
        (failed(subtype="error_max_turns"), None, TurnLimitReached),
        (ended(subtype="error_max_budget_usd"), None, TurnLimitReached),
        (failed(stop_reason="refusal"), None, ModelRefused),
        (failed(result="API Error: too long"), "max_output_tokens", None),
    ],
)
def test_every_end_has_its_error(
    end: Ended, name: str | None, error: type[TurnFailed] | None
) -> None:
    """Each way a turn can end maps to one error, or none."""
    failure = classify(end, name)
    assert (type(failure) if failure else None) is error


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        ("API Error: 400 messages.3.content.0: 'my secret plan' is bad", "at messages.3.content.0"),
        ("API Error: 400 my secret plan is bad", None),
    ],
)
def test_no_text_of_the_chat_is_in_the_detail(said: str, detail: str | None) -> None:
    """What is wrong with a request the API may tell by quoting it; where it is may be known."""
    failure = classify(failed(400, said, terminal_reason="api_error"), "unknown")
    assert failure is not None
    told = ["unknown", "api_error", "status 400", *([detail] if detail else [])]
    assert failure.detail == ", ".join(told)


def test_the_reason_is_told_where_it_is_the_operators() -> None:
    """The CLI's sentence, of which nothing is the chat's."""
    failure = classify(failed(400, "Credit balance is too low"), "billing_error")
    assert failure is not None
    assert failure.detail == "billing_error, status 400, Credit balance is too low"

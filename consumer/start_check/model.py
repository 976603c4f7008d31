"""Whether the model answers, and our key and account are good for it."""

from consumer.agent import (
    AccountDisabled,
    AgentOverloaded,
    AgentUnauthorized,
    AgentUnavailable,
    OutOfCredit,
    RateLimited,
    SpendLimitReached,
    TurnFailed,
    UnknownModel,
)
from consumer.messages_api import MessagesApi, Reading
from consumer.start_check.finding import Finding

_MEANING: dict[type[TurnFailed], str] = {
    AgentUnauthorized: "the API key is refused: set ANTHROPIC_API_KEY, or let it use this model",
    OutOfCredit: "the account has no credit",
    SpendLimitReached: "the account's limit of spending is reached",
    AccountDisabled: "the account is disabled or on hold",
    UnknownModel: "unknown there: check the bot file's `model`",
    RateLimited: "too many requests just now",
    AgentOverloaded: "overloaded just now",
}
_UNKNOWN = "reached, but counts no tokens: not checkable before the first turn"


async def model_finding(api: MessagesApi, model: str) -> Finding:
    """What the Messages API says of this model."""
    reading = await api.ask(model)
    return Finding(f"model {model}", meaning(reading), good=reading.fault is None)


def meaning(reading: Reading) -> str:
    """What an answer means to an operator."""
    if reading.fault is None:
        return "answers" if reading.counts else f"{_UNKNOWN} ({reading.said})"
    if reading.fault is AgentUnavailable:
        return f"not reachable: {reading.said}"
    return f"{_MEANING.get(reading.fault, 'answers')} ({reading.said})"

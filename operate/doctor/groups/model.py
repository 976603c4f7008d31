"""Whether Claude answers: the key, the account, and each model by its name."""

from collections.abc import Iterable
from urllib.parse import urlsplit

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
from consumer.messages_api import ANTHROPIC, MessagesApi, Reading
from consumer.start_check.model import meaning
from operate.doctor.finding import Finding, broken, ok, warning

_MENDS: tuple[tuple[type[TurnFailed], str], ...] = (
    (AgentUnauthorized, "Set ANTHROPIC_API_KEY to a key of console.anthropic.com that works."),
    (OutOfCredit, "Buy credit at console.anthropic.com, under Billing."),
    (SpendLimitReached, "Raise the limit at console.anthropic.com, under Limits."),
    (AccountDisabled, "Ask Anthropic's support about the account."),
    (UnknownModel, "Set `model` in the bot's file to a name that this API knows."),
    (AgentUnavailable, "Check the network from here, a proxy's variables, and ANTHROPIC_BASE_URL."),
)
_LATER = "Run doctor again in a minute; the bots try again by themselves."
_BUSY = (AgentOverloaded, RateLimited)


async def model_findings(api: MessagesApi, models: Iterable[str]) -> list[Finding]:
    """One for each model, or for all where nobody answers there; costs nothing."""
    readings = {model: await api.ask(model) for model in models}
    away = [it for it in readings.values() if it.fault is AgentUnavailable]
    if away and len(away) == len(readings):
        return [_told(f"{', '.join(readings)} at {_address(api)}", away[0])]
    return [_told(model, reading) for model, reading in readings.items()]


def _address(api: MessagesApi) -> str:
    """Without what else may stand in it: a password, for one."""
    parts = urlsplit(api.base_url or ANTHROPIC)
    return parts.netloc.rpartition("@")[2]


def _told(model: str, reading: Reading) -> Finding:
    said = f"{model}: {meaning(reading)}"
    if reading.fault is None:
        return ok(said)
    if issubclass(reading.fault, _BUSY):
        return warning(said, _LATER)
    mend = next((it for fault, it in _MENDS if issubclass(reading.fault, fault)), None)
    return broken(said, mend) if mend else warning(said, _LATER)

"""What a turn's end says went wrong: one error for each kind that somebody can act on. Pure.

The names and sentences are the CLI's (2.1.330), seen with every error that Anthropic's API gives
(https://docs.claude.com/en/api/errors).
"""

import re

from consumer.agent.agent_client import Ended
from consumer.agent.errors import (
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
    SpendLimitReached,
    TurnFailed,
    TurnLimitReached,
    UnknownModel,
)

OUT_OF_TOKENS = "max_output_tokens"
"""The CLI's error where three more messages did not bring the model to an end."""
BY_WORDS = (
    (re.compile(r"credit balance is too low", re.I), OutOfCredit),
    (re.compile(r"API usage limits", re.I), SpendLimitReached),
    (re.compile(r"organization has been disabled|disabled organization", re.I), AccountDisabled),
    (re.compile(r"content filtering policy", re.I), ModelRefused),
)
"""The API's own words, where its status and type are those of any bad request."""
BY_REASON: dict[str, type[TurnFailed]] = {
    "prompt_too_long": ConversationTooLong,
    "image_error": RequestTooLarge,
}
"""The CLI's terminal reasons."""
BY_NAME: dict[str, type[TurnFailed]] = {
    "billing_error": OutOfCredit,
    "account_on_hold": AccountDisabled,
    "verification_required": AccountDisabled,
    "oauth_org_not_allowed": AccountDisabled,
    "model_not_found": UnknownModel,
    "authentication_failed": AgentUnauthorized,
    "cloud_credential_error": AgentUnauthorized,
    "rate_limit": RateLimited,
    "overloaded": AgentOverloaded,
}
"""The CLI's names of errors."""
BY_STATUS: dict[int, type[TurnFailed]] = {
    401: AgentUnauthorized,
    402: OutOfCredit,
    403: AgentUnauthorized,
    404: UnknownModel,
    407: AgentUnavailable,
    408: AgentUnavailable,
    413: RequestTooLarge,
    429: RateLimited,
    529: AgentOverloaded,
}
QUOTES_THE_REQUEST = (AgentRejected, AgentFailed, RequestTooLarge, ConversationTooLong)
"""Of what is wrong with a request the API may tell by quoting it: chat text."""
_PLACE = re.compile(r"\b(?:messages|system|tools)(?:\.\w{1,40}){1,8}")
_UNTIL = re.compile(r"regain access on ([0-9-]{10})(?: at ([0-9:]{5}) UTC)?")


def classify(ended: Ended, error: str | None = None) -> TurnFailed | None:
    """What an Ended says went wrong, with the CLI's name for it; None when nothing did."""
    if error == OUT_OF_TOKENS:
        return None  # what was said stands, and is known to be cut
    if ended.stop_reason == "refusal":
        return ModelRefused()
    if ended.subtype in ("error_max_turns", "error_max_budget_usd"):
        return TurnLimitReached(ended.subtype)
    if not ended.is_error:
        return None
    kind = _kind(ended, error)
    return kind(_detail(kind, ended, error), status=ended.status, until=_until(ended))


def by_answer(status: int, said: str) -> type[TurnFailed]:
    """The kind of an error that the Messages API answered with: by its words, else its status."""
    return _by_words(said) or by_status(status)


def by_status(status: int | None) -> type[TurnFailed]:
    """The kind of an HTTP status; None: nobody was reached."""
    if status is None or status >= 500:
        return AgentOverloaded if status == 529 else AgentUnavailable
    return BY_STATUS.get(status, AgentRejected)


def _kind(ended: Ended, error: str | None) -> type[TurnFailed]:
    known = _by_words(ended.result or "") or BY_REASON.get(ended.terminal_reason or "")
    named = known or BY_NAME.get(error or "")
    if named is not None:
        return named
    return by_status(ended.status) if ended.status or _is_api_error(ended) else AgentFailed


def _by_words(said: str) -> type[TurnFailed] | None:
    return next((kind for words, kind in BY_WORDS if words.search(said)), None)


def _is_api_error(ended: Ended) -> bool:
    """An API that could not be reached has no status."""
    reached_nobody = (ended.result or "").startswith("API Error")
    return ended.terminal_reason == "api_error" or reached_nobody


def _detail(kind: type[TurnFailed], ended: Ended, error: str | None) -> str:
    """For the operator: no text of the chat is in it."""
    facts = [error or ended.subtype, ended.terminal_reason, f"status {ended.status}"]
    said = " ".join((ended.result or "").split())
    if issubclass(kind, QUOTES_THE_REQUEST):
        place = _PLACE.search(said)
        said = f"at {place[0]}" if place else ""
    return ", ".join(str(fact) for fact in [*facts, said[:200]] if fact)


def _until(ended: Ended) -> str | None:
    found = _UNTIL.search(ended.result or "")
    return " ".join(part for part in found.groups() if part) + " UTC" if found else None

"""The errors of a turn; what the room reads of each stands in the catalogue as `error.<Name>`.

AgentError
├── TurnFailed               what `run_turn` raises
│   ├── AgentOverloaded      529: retryable
│   ├── RateLimited          429: retryable
│   ├── AgentUnavailable     5xx, refused, timed out, would not start: retryable
│   ├── AgentCrashed         the CLI died in the middle of the turn: retryable
│   ├── AgentTimedOut        the turn's own deadline passed
│   ├── AgentUnauthorized    401, 403: only the operator can help, as with the next four
│   ├── OutOfCredit          the account has no money
│   ├── SpendLimitReached    the operator's own limit of spending
│   ├── AccountDisabled      the organization is disabled or on hold
│   ├── UnknownModel         404: no such model, or not for this key
│   ├── RequestTooLarge      413, an image too large
│   ├── ConversationTooLong  more than the model takes, and the CLI could not shorten it
│   ├── AgentRejected        400 and what else is wrong with the request itself
│   ├── AgentFailed          ended in an error nobody has named yet
│   ├── ModelRefused         the model will not answer this
│   ├── TurnLimitReached     too many model calls
│   ├── BudgetReached        stopped at a budget before it had said anything
│   ├── SessionReset         somebody threw the session away meanwhile
│   └── ShuttingDown         the manager is closing: retryable, by another process
├── UnknownSession           resume: the CLI has no such conversation (never leaves the package)
├── UnknownEntry             resume: it has no such message in it (never leaves the package)
├── Superseded               another consumer owns the lane's session (never leaves either)
└── SessionGone              the client was dead before it read the prompt (never leaves either)
"""

from shared.errors import AgentError


class TurnFailed(AgentError):
    """The turn ended without an answer."""

    retryable = False
    """Whether running the same message again soon may succeed."""

    def __init__(
        self,
        detail: str = "",
        *,
        status: int | None = None,
        until: str | None = None,
        wait_s: float | None = None,
    ) -> None:
        detail = detail.encode(errors="replace").decode()  # a half character is no UTF-8
        super().__init__(detail or type(self).__doc__)
        self.detail = detail
        """For the operator: what the agent said went wrong; never chat text."""
        self.status = status
        """The Messages API's HTTP status, where there was one."""
        self.until = until
        """When it will be over, in words, where the Messages API said so."""
        self.wait_s = wait_s
        """Seconds for which nobody should ask again, where the Messages API said so."""


class AgentOverloaded(TurnFailed):
    """The Messages API has too much to do: 529."""

    retryable = True


class RateLimited(TurnFailed):
    """The Messages API takes no more requests from us for now: 429."""

    retryable = True


class AgentUnavailable(TurnFailed):
    """The agent did not start, or the Messages API was not reached."""

    retryable = True


class AgentCrashed(TurnFailed):
    """The CLI died in the middle of the turn."""

    retryable = True


class AgentTimedOut(TurnFailed):
    """The turn's own deadline passed."""


class AgentUnauthorized(TurnFailed):
    """The Messages API refused the key: 401 or 403."""


class OutOfCredit(TurnFailed):
    """The account at the Messages API has no credit."""


class SpendLimitReached(TurnFailed):
    """The account's own limit of spending is reached."""


class AccountDisabled(TurnFailed):
    """The organization that the key belongs to is disabled or on hold."""


class UnknownModel(TurnFailed):
    """The Messages API has no such model, or not for this key."""


class RequestTooLarge(TurnFailed):
    """The request, or an image in it, is larger than the Messages API takes: 413."""


class ConversationTooLong(TurnFailed):
    """The conversation is longer than the model takes, and could not be shortened."""


class AgentRejected(TurnFailed):
    """The Messages API refused the request itself: 400."""


class AgentFailed(TurnFailed):
    """The turn ended in an error nobody has named yet."""


class ModelRefused(TurnFailed):
    """The model will not answer this."""


class TurnLimitReached(TurnFailed):
    """The turn used all the model calls it may make."""


class BudgetReached(TurnFailed):
    """The turn was stopped at a budget before it had said anything."""


class SessionReset(TurnFailed):
    """Somebody threw the session away while its turn ran."""


class ShuttingDown(TurnFailed):
    """The manager is closing."""

    retryable = True


class UnknownSession(AgentError):
    """The conversation to resume does not exist."""


class UnknownEntry(AgentError):
    """The conversation to resume exists, the message to resume it at does not."""


class SessionGone(AgentError):
    """The client was dead before it read the prompt."""


class Superseded(AgentError):
    """Another consumer owns this lane's session by now."""

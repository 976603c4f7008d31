"""The errors of a turn. The docstring is the sentence the room reads; `retryable` is a hint.

AgentError
├── TurnFailed               what `run_turn` raises
│   ├── AgentOverloaded      429, 529: retryable
│   ├── AgentUnavailable     5xx, refused, timed out, would not start: retryable
│   ├── AgentCrashed         the CLI died in the middle of the turn: retryable
│   ├── AgentTimedOut        the turn's own deadline passed
│   ├── AgentUnauthorized    401, 403: only the operator can help
│   ├── AgentRejected        400, 404, 413: the request itself is the trouble
│   ├── AgentFailed          ended in an error nobody has named yet
│   ├── ModelRefused         the model will not answer this
│   ├── TurnLimitReached     too many model calls
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

    def __init__(self, detail: str = "", *, status: int | None = None) -> None:
        super().__init__(detail or self.sentence)
        self.detail = detail
        """For the operator: what the agent said went wrong; never chat text."""
        self.status = status
        """The Messages API's HTTP status, where there was one."""

    @property
    def sentence(self) -> str:
        """What the room is told."""
        return (type(self).__doc__ or "").strip()


class AgentOverloaded(TurnFailed):
    """The model is overloaded right now, so I could not answer. Please ask me again in a minute."""

    retryable = True


class AgentUnavailable(TurnFailed):
    """I could not reach the model, so I have no answer. Please ask me again in a minute."""

    retryable = True


class AgentCrashed(TurnFailed):
    """I stopped working in the middle of this answer. Please ask me again."""

    retryable = True


class AgentTimedOut(TurnFailed):
    """This took longer than I am allowed to work on one message. Please ask for a smaller step."""


class AgentUnauthorized(TurnFailed):
    """The model does not accept my API key. Please tell whoever runs this bot."""


class AgentRejected(TurnFailed):
    """The model could not take this request. Please ask in another way, or start a new session."""


class AgentFailed(TurnFailed):
    """Something went wrong while I worked on this. Please ask me again."""


class ModelRefused(TurnFailed):
    """I can't help with this one."""


class TurnLimitReached(TurnFailed):
    """I used all the steps I am allowed for one message. Say "go on" and I will continue."""


class SessionReset(TurnFailed):
    """This conversation was reset before I could answer."""


class ShuttingDown(TurnFailed):
    """I am being restarted and will answer right after."""

    retryable = True


class UnknownSession(AgentError):
    """The conversation to resume does not exist."""


class UnknownEntry(AgentError):
    """The conversation to resume exists, the message to resume it at does not."""


class SessionGone(AgentError):
    """The client was dead before it read the prompt."""


class Superseded(AgentError):
    """Another consumer owns this lane's session by now."""

"""Sessions: the persistent conversations of the lanes, hot in memory or warm on record.

The turn pipeline uses `SessionManager.run_turn` and catches `AgentError`; only `claude.py`
knows the Claude SDK.
"""

from consumer.sessions.claude.environment import check_shell_tools, forget_secrets
from consumer.sessions.errors import (
    AccountDisabled,
    AgentCrashed,
    AgentFailed,
    AgentOverloaded,
    AgentRejected,
    AgentTimedOut,
    AgentUnauthorized,
    AgentUnavailable,
    ConversationTooLong,
    ModelRefused,
    OutOfCredit,
    RateLimited,
    RequestTooLarge,
    SessionReset,
    ShuttingDown,
    SpendLimitReached,
    TurnFailed,
    TurnLimitReached,
    UnknownModel,
)
from consumer.sessions.events import (
    Retrying,
    Started,
    TextDelta,
    Tier,
    ToolDenied,
    ToolEnded,
    ToolStarted,
    TurnEvent,
    Waiting,
)
from consumer.sessions.session_manager import SessionManager
from consumer.sessions.settings import SessionSettings
from consumer.sessions.turn_request import TurnResult

__all__ = [
    "SessionManager",
    "SessionSettings",
    "TurnResult",
    "check_shell_tools",
    "forget_secrets",
    "Tier",
    "TurnEvent",
    "Started",
    "Waiting",
    "TextDelta",
    "ToolStarted",
    "ToolEnded",
    "ToolDenied",
    "Retrying",
    "TurnFailed",
    "AgentCrashed",
    "AgentFailed",
    "AgentOverloaded",
    "AgentRejected",
    "AgentTimedOut",
    "AgentUnauthorized",
    "AgentUnavailable",
    "ModelRefused",
    "RateLimited",
    "OutOfCredit",
    "SpendLimitReached",
    "AccountDisabled",
    "UnknownModel",
    "RequestTooLarge",
    "ConversationTooLong",
    "SessionReset",
    "ShuttingDown",
    "TurnLimitReached",
]

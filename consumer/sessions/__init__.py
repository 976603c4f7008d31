"""Sessions: the persistent conversations of the lanes, hot in memory or warm on record.

The door: everybody else imports from here alone (an import contract says so). A turn is run by
`SessionManager.run_turn`, which raises a `TurnFailed`; what happens meanwhile are the events.
"""

from consumer.cage.bounds import CommandEnded
from consumer.mcp.board import Missing, ServerBoard
from consumer.sessions.books.account import Account
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
    OnEvent,
    Retrying,
    ServersMissing,
    Started,
    TextDelta,
    Tier,
    ToolDenied,
    ToolEnded,
    ToolStarted,
    TurnEvent,
    Waiting,
)
from consumer.sessions.from_settings import manager_from_settings, session_settings
from consumer.sessions.session.answer_text import NARRATION, is_narration
from consumer.sessions.session.conversation import Memory
from consumer.sessions.session.endings import by_answer
from consumer.sessions.session_manager import SessionManager
from consumer.sessions.settings import SessionSettings
from consumer.sessions.turn_request import GetAsking, GetBrief, TurnResult

__all__ = [
    "SessionManager",
    "SessionSettings",
    "manager_from_settings",
    "session_settings",
    "check_shell_tools",
    "forget_secrets",
    "Account",
    "GetAsking",
    "GetBrief",
    "Memory",
    "TurnResult",
    "NARRATION",
    "is_narration",
    "by_answer",
    "OnEvent",
    "Tier",
    "TurnEvent",
    "Started",
    "Waiting",
    "TextDelta",
    "ToolStarted",
    "ToolEnded",
    "ToolDenied",
    "CommandEnded",
    "ServersMissing",
    "Missing",
    "ServerBoard",
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

"""The agent, as all who run one or wait for one speak of it.

What happens in a turn, how it fails, what a client can do, and the settings it is made with; Claude
is the one we have: `consumer/claude`.
"""

from consumer.agent.answer_text import (
    NARRATION,
    is_narration,
)
from consumer.agent.endings import (
    by_answer,
)
from consumer.agent.errors import (
    AccountDisabled,
    AgentCrashed,
    AgentFailed,
    AgentOverloaded,
    AgentRejected,
    AgentTimedOut,
    AgentUnauthorized,
    AgentUnavailable,
    BudgetReached,
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
from consumer.agent.events import (
    Memory,
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
from consumer.agent.settings import (
    SessionSettings,
)
from consumer.agent.spending import UNMETERED, Meter, Spent

__all__ = [
    "AccountDisabled",
    "AgentCrashed",
    "AgentFailed",
    "AgentOverloaded",
    "AgentRejected",
    "AgentTimedOut",
    "AgentUnauthorized",
    "AgentUnavailable",
    "BudgetReached",
    "ConversationTooLong",
    "ModelRefused",
    "OutOfCredit",
    "RateLimited",
    "RequestTooLarge",
    "SessionReset",
    "ShuttingDown",
    "SpendLimitReached",
    "TurnFailed",
    "TurnLimitReached",
    "UnknownModel",
    "by_answer",
    "NARRATION",
    "is_narration",
    "Memory",
    "OnEvent",
    "Retrying",
    "ServersMissing",
    "Started",
    "TextDelta",
    "Tier",
    "ToolDenied",
    "ToolEnded",
    "ToolStarted",
    "TurnEvent",
    "Waiting",
    "SessionSettings",
    "Meter",
    "Spent",
    "UNMETERED",
]

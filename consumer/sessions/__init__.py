"""Sessions: the persistent conversations of the lanes, hot in memory or warm on record.

The door: everybody else imports from here alone (an import contract says so). A turn is run by
`SessionManager.run_turn`, which raises a `TurnFailed`; what happens meanwhile are the events of
`consumer.agent`.
"""

from consumer.sessions.books.reports import (
    Account,
)
from consumer.sessions.from_settings import (
    manager_from_settings,
    session_settings,
)
from consumer.sessions.session_manager import (
    SessionManager,
)
from consumer.sessions.turn_request import (
    GetAsking,
    GetBrief,
    TurnResult,
)

__all__ = [
    "Account",
    "manager_from_settings",
    "session_settings",
    "SessionManager",
    "GetAsking",
    "GetBrief",
    "TurnResult",
]

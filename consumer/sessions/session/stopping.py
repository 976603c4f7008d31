"""Why a running exchange is stopped, and the error that comes of it. Pure."""

from enum import Enum, auto
from typing import assert_never

from consumer.agent.agent_client import AgentMessage
from consumer.agent.endings import by_status
from consumer.agent.errors import (
    AgentFailed,
    AgentTimedOut,
    AgentUnauthorized,
    BudgetReached,
    ShuttingDown,
    TurnFailed,
)
from consumer.agent.events import Retrying


class Stop(Enum):
    """Why a running exchange is interrupted."""

    CANCELLED = auto()
    TIMED_OUT = auto()
    UNAUTHORIZED = auto()
    TOO_LONG_A_WAIT = auto()
    """The Messages API wants to be left alone for longer than it may take."""
    OVER_BUDGET = auto()
    """What was said by then is its answer."""
    SHUTDOWN = auto()


KEPT = frozenset({Stop.CANCELLED, Stop.TIMED_OUT, Stop.OVER_BUDGET})
"""After these it stays in the conversation, with the CLI's note that it was interrupted."""


def hopeless(message: AgentMessage, left_s: float) -> Stop | None:
    """Why it may end here: the CLI goes on knocking with a key that was refused twice, or will not
    ask again within the seconds that are left."""
    if not isinstance(message, Retrying):
        return None
    if message.status in (401, 403) and message.attempt >= 2:
        return Stop.UNAUTHORIZED
    return Stop.TOO_LONG_A_WAIT if message.delay >= left_s else None


def error_of(stop: Stop, retrying: Retrying | None) -> TurnFailed:
    """What whoever waits is told; `retrying`: what the CLI was waiting for when it was stopped."""
    match stop:
        case Stop.TIMED_OUT:
            return _not_answered(stop, retrying) if retrying else AgentTimedOut()
        case Stop.TOO_LONG_A_WAIT:
            return _not_answered(stop, retrying)
        case Stop.UNAUTHORIZED:
            return AgentUnauthorized("the API key was refused twice", status=401)
        case Stop.OVER_BUDGET:
            return BudgetReached()
        case Stop.SHUTDOWN:
            return ShuttingDown()
        case Stop.CANCELLED:
            return AgentFailed("cancelled")
    assert_never(stop)


def _not_answered(stop: Stop, retry: Retrying | None) -> TurnFailed:
    """The Messages API did not answer in time; `wait_s` where it said for how long not to."""
    status, wait_s = (retry.status, retry.delay) if retry else (None, None)
    failure = by_status(status)(f"status {status}, asks for {wait_s} s", status=status)
    failure.retryable = False
    if stop is Stop.TOO_LONG_A_WAIT:  # else it is the CLI's own pause between two tries
        failure.wait_s = wait_s
    return failure

"""From a failure to what becomes of the message."""

import pytest

from consumer.campfire.errors import (
    BadKey,
    BadPost,
    CampfireUnavailable,
    CampfireUnclear,
    NotInRoom,
)
from consumer.sessions.errors import AgentOverloaded, AgentTimedOut, AgentUnauthorized
from consumer.turn.classify import AGENT_PATIENCE, CAMPFIRE_PATIENCE, classify
from consumer.turn.outcome import Reply, Retry
from shared.catalogue import catalogue

EN = catalogue("en")


def test_an_overloaded_agent_is_asked_again_a_few_times() -> None:
    """2, 4, 8 s apart, and then the room is told."""
    tries = [
        classify(AgentOverloaded(status=529), failures, EN) for failures in range(AGENT_PATIENCE)
    ]
    assert [t.after_s for t in tries if isinstance(t, Retry)] == [2, 4, 8]
    assert isinstance(tries[-1], Reply)
    assert tries[-1].parts == (EN.say("error.AgentOverloaded"),)


@pytest.mark.parametrize("error", [AgentUnauthorized(status=401), AgentTimedOut()])
def test_what_will_not_pass_is_told_at_once(error: Exception) -> None:
    """No second try where it could not help."""
    reply = classify(error, 0, EN)
    assert isinstance(reply, Reply)
    assert (reply.ending, reply.reason) == ("failed", type(error).__name__)


def test_a_bug_is_told_in_general_words() -> None:
    """Nothing of the exception but its type, for the operator."""
    reply = classify(ValueError("chat text"), 0, EN)
    assert isinstance(reply, Reply)
    assert reply.parts == (EN.say("failed"),)
    assert "chat" not in str(reply)


@pytest.mark.parametrize("error", [CampfireUnavailable("503"), CampfireUnclear("ReadTimeout")])
def test_a_campfire_that_is_down_is_waited_for(error: Exception) -> None:
    """Minutes of patience, never more than a minute between two tries, then a dead letter."""
    tries = [classify(error, failures, EN) for failures in range(CAMPFIRE_PATIENCE)]
    waits = [t.after_s for t in tries if isinstance(t, Retry)]
    assert len(waits) == CAMPFIRE_PATIENCE - 1
    assert max(waits) == 60
    assert sum(waits) > 5 * 60
    assert isinstance(tries[-1], Reply)
    assert tries[-1].ending == "dead"


@pytest.mark.parametrize("error", [BadKey("302"), NotInRoom("404"), BadPost("422")])
def test_a_campfire_that_refuses_is_a_dead_letter(error: Exception) -> None:
    """The room cannot be told through it; the operator is."""
    reply = classify(error, 0, EN)
    assert isinstance(reply, Reply)
    assert (reply.ending, reply.parts) == ("dead", ())

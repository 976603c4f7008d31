"""From a failure to what becomes of the message."""

import pytest

from consumer.agent.errors import (
    AgentOverloaded,
    AgentTimedOut,
    AgentUnauthorized,
    RateLimited,
    SpendLimitReached,
    TurnFailed,
)
from consumer.campfire.errors import (
    BadKey,
    BadPost,
    CampfireUnavailable,
    CampfireUnclear,
    NotInRoom,
)
from consumer.outcome.classify import AGENT_PATIENCE, CAMPFIRE_PATIENCE, classify
from consumer.outcome.outcome import Reply, Retry
from shared.catalogue import Language, catalogue

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


def test_no_attempt_begins_that_the_deadline_would_cut_off() -> None:
    """One deadline over all attempts: with 6 s left there is no waiting 2 s for another one."""
    assert isinstance(classify(AgentOverloaded(), 0, EN, left_s=8), Retry)
    reply = classify(AgentOverloaded(), 0, EN, left_s=6)
    assert isinstance(reply, Reply)
    assert reply.parts == (EN.say("error.AgentOverloaded"),)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("wait_s", "count"),
    [(29.4, "30 "), (119.0, "119 "), (130.0, "3 "), (3600.0, "60 "), (90_000.0, "25 ")],
)
def test_the_time_that_the_model_names_is_told(
    language: Language, wait_s: float, count: str
) -> None:
    """In the largest unit of which there are more than two; nothing keeps the lane meanwhile."""
    error = RateLimited(status=429, wait_s=wait_s)
    error.retryable = False
    reply = classify(error, 0, catalogue(language))
    assert isinstance(reply, Reply)
    assert count in reply.parts[0]


def test_the_day_that_a_spend_limit_ends_is_told() -> None:
    """As the API says it."""
    reply = classify(SpendLimitReached("why", until="2026-12-01 00:00 UTC"), 0, EN)
    assert isinstance(reply, Reply)
    assert "again on 2026-12-01 00:00 UTC" in reply.parts[0]
    assert (reply.reason, reply.detail) == ("SpendLimitReached", "why")


def test_every_failure_has_a_sentence_of_its_own() -> None:
    """In both languages, and no two of them the same."""
    kinds = [kind.__name__ for kind in TurnFailed.__subclasses__()]
    for language in (EN, catalogue("zh")):
        told = [language.say(f"error.{kind}") for kind in kinds]
        assert len({*told}) == len(kinds) > 15


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

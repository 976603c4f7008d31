"""From a failure to what becomes of the message. One pure function."""

from consumer.campfire.errors import CampfireRefused
from consumer.turn.outcome import Reply, Retry
from shared.catalogue import Catalogue
from shared.errors import AgentError, CampfireError

AGENT_PATIENCE = 4
CAMPFIRE_PATIENCE = 12
"""Attempts before a failure that may pass is taken for one that did not: 14 s of waiting for the
agent, whose CLI asks the API several times in each attempt while somebody waits, and 8 minutes for
a Campfire that is down."""
FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 2.0, 60.0


def classify(error: Exception, failures: int, words: Catalogue) -> Reply | Retry:
    """What a failed attempt means; `failures` counts the ones before it.

    A failure that may pass is tried again, after 2 s and then twice as long each time; at the end
    of patience, and for every other failure, the room is told in a sentence.
    """
    reason = type(error).__name__
    if failures + 1 < _patience(error):
        backoff = min(FIRST_BACKOFF_S * 2**failures, LONGEST_BACKOFF_S)
        return Retry(after_s=backoff, reason=reason)
    if isinstance(error, CampfireError):
        return undeliverable(error)
    name = f"error.{reason}"
    sentence = words.say(name if words.knows(name) else "failed")
    return Reply(parts=(sentence,), ending="failed", reason=reason)


def undeliverable(error: Exception) -> Reply:
    """The room cannot be told through the very Campfire that refuses: the operator is."""
    return Reply(parts=(), ending="dead", reason=type(error).__name__)


def _patience(error: Exception) -> int:
    """How many attempts a failure of this kind is given."""
    if isinstance(error, CampfireError):
        return 1 if isinstance(error, CampfireRefused) else CAMPFIRE_PATIENCE
    if isinstance(error, AgentError):
        return AGENT_PATIENCE if getattr(error, "retryable", False) else 1
    return 1

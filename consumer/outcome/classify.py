"""From a failure to what becomes of the message. One pure function."""

import math

from redis.exceptions import RedisError

from consumer.campfire.errors import CampfireRefused
from consumer.outcome.outcome import Reply, Retry
from shared.catalogue import Catalogue
from shared.errors import AgentError, CampfireError

AGENT_PATIENCE = 4
CAMPFIRE_PATIENCE = 12
"""Attempts before a failure that may pass is taken for one that did not: 14 s of waiting for the
agent, whose CLI asks the API several times in each attempt while somebody waits, and 8 minutes for
a Campfire that is down."""
REDIS_PATIENCE = CAMPFIRE_PATIENCE
FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 2.0, 60.0
SHORTEST_TURN_S = 5.0
"""With less than that left for it, another attempt would only be cut off."""
WAITED_FOR = ("RateLimited", "AgentOverloaded")
"""What passes by itself, and may name its time."""

UNITS = (("hours", 3600), ("minutes", 60), ("seconds", 1))
"""A time is told in the largest of which there are more than two."""


def classify(
    error: Exception, failures: int, sentences: Catalogue, *, left_s: float = math.inf
) -> Reply | Retry:
    """What a failed attempt means; `failures` counts the ones before it.

    A failure that may pass is tried again, after 2 s and then twice as long each time; at the end
    of patience, or of the `left_s` seconds that the agent has for the message, and for every
    other failure, the room is told in a sentence.
    """
    backoff = _backoff_s(failures)
    may_pass = failures + 1 < _patience(error)
    if may_pass and (isinstance(error, CampfireError) or backoff + SHORTEST_TURN_S < left_s):
        return Retry(after_s=backoff, reason=type(error).__name__)
    if isinstance(error, CampfireError):
        return undeliverable(error)
    return failed(error, sentences)


def tried_again(error: Exception, failures: int) -> Retry | None:
    """What a failure of neither the agent nor Campfire means: Redis is soon back, as a rule; all
    else is a bug, and would come again (None)."""
    if not isinstance(error, RedisError) or failures + 1 >= REDIS_PATIENCE:
        return None
    return Retry(after_s=_backoff_s(failures), reason=type(error).__name__)


def failed(error: Exception, sentences: Catalogue) -> Reply:
    """The room is told, in a sentence, and it is not tried again."""
    reason, detail = type(error).__name__, getattr(error, "detail", "")
    return Reply(parts=(sentence(error, sentences),), ending="failed", reason=reason, detail=detail)


def sentence(error: Exception, sentences: Catalogue) -> str:
    """What the room is told of a failure, with the time of its end where that is known."""
    name, until = type(error).__name__, getattr(error, "until", None)
    if until is not None and sentences.knows(f"until.{name}"):
        return sentences.say(f"until.{name}", when=until)
    wait_s = getattr(error, "wait_s", None)
    if wait_s is not None and name in WAITED_FOR:
        unit, seconds = next(unit for unit in UNITS if wait_s > 2 * unit[1] or unit is UNITS[-1])
        return sentences.say(f"until.{unit}", count=math.ceil(wait_s / seconds))
    return sentences.say(f"error.{name}" if sentences.knows(f"error.{name}") else "failed")


def undeliverable(error: Exception) -> Reply:
    """The room cannot be told, through the very Campfire that refuses or since nobody knows what it
    has seen: the operator is."""
    return Reply(parts=(), ending="dead", reason=type(error).__name__)


def _backoff_s(failures: int) -> float:
    return min(FIRST_BACKOFF_S * 2.0**failures, LONGEST_BACKOFF_S)


def _patience(error: Exception) -> int:
    """How many attempts a failure of this kind is given."""
    if isinstance(error, CampfireError):
        return 1 if isinstance(error, CampfireRefused) else CAMPFIRE_PATIENCE
    if isinstance(error, AgentError):
        return AGENT_PATIENCE if getattr(error, "retryable", False) else 1
    return 1

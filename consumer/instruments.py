"""What this process counts of itself; `consumer.metrics` shows it to who asks with a token.

The names are an API of their own as soon as a Prometheus has read them: docs/operations/metrics.md.
A label is a bot, an outcome, a tier or a reason: never a room, a person or a message, which would
make one series each.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from prometheus_client import Counter, Histogram

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)

WAIT = Histogram("campfire_wait_seconds", "From acceptance to its turn.", ["bot"], buckets=SECONDS)
TURN = Histogram(
    "campfire_turn_seconds",
    "An attempt at a message, from its claim to its end.",
    ["bot", "tier", "outcome"],
    buckets=SECONDS,
)
SETTLED = Counter(
    "campfire_messages_settled", "Messages that have ended.", ["bot", "outcome", "reason"]
)
RETRIES = Counter("campfire_retries", "Attempts that failed and are made again.", ["bot", "reason"])
FENCED = Counter("campfire_fenced", "Attempts that found out that another consumer took over.")
CRASHES = Counter("campfire_crashes", "Messages that a consumer left running when it died.")
SESSION_STARTS = Counter("campfire_session_starts", "Turns that began a client.", ["bot", "tier"])
COST = Counter("campfire_cost_usd", "What turns cost, by the CLI's own account.", ["bot"])
TOKENS_IN = Counter("campfire_input_tokens", "Tokens the model read, cached ones too.", ["bot"])
TOKENS_OUT = Counter("campfire_output_tokens", "Tokens that the model wrote.", ["bot"])
MODEL_ERRORS = Counter("campfire_model_errors", "Turns that the model failed.", ["bot", "reason"])
POSTS = Counter(
    "campfire_posts", "Posts to Campfire, by the class of its answer, as 2xx.", ["bot", "outcome"]
)
POST_SECONDS = Histogram(
    "campfire_post_seconds", "A post, to Campfire's answer.", buckets=SECONDS[:-2]
)
TOOL_CALLS = Counter(
    "campfire_tool_calls", "Calls of tools: ok, failed, denied, interrupted.", ["bot", "outcome"]
)


def claimed(bot: str, waited_ms: float) -> None:
    """Count a message whose turn has come."""
    _histogram(WAIT, bot).observe(max(waited_ms, 0) / 1000)


def attempted(bot: str, ending: Mapping[str, Any], seconds: float) -> None:
    """An attempt is over; `ending` is its record: an outcome, and maybe a reason and a tier."""
    outcome, tier = str(ending["outcome"]), str(ending.get("tier") or "none")
    if outcome == "fenced":
        FENCED.inc()
        return
    _histogram(TURN, bot, tier, outcome).observe(seconds)
    if outcome == "retry":
        _counter(RETRIES, bot, str(ending["reason"])).inc()
    if tier in ("warm", "cold"):
        _counter(SESSION_STARTS, bot, tier).inc()


def settled(bot: str, ending: Mapping[str, Any]) -> None:
    """Count a message that has ended, with or without a turn."""
    _counter(SETTLED, bot, str(ending["outcome"]), str(ending.get("reason") or "")).inc()


def spent(bot: str, usd: float, read: int, written: int) -> None:
    """A turn has cost so many US dollars and tokens, however it ended."""
    _counter(COST, bot).inc(usd)
    _counter(TOKENS_IN, bot).inc(read)
    _counter(TOKENS_OUT, bot).inc(written)


def model_failed(bot: str, reason: str) -> None:
    """A turn got no answer; `reason` is the error's class."""
    _counter(MODEL_ERRORS, bot, reason).inc()


def posted(bot: str, status: int | None, seconds: float) -> None:
    """Campfire answered a post with this status; None: it did not answer."""
    _counter(POSTS, bot, "none" if status is None else f"{status // 100}xx").inc()
    POST_SECONDS.observe(seconds)


@cache
def _counter(metric: Counter, *labels: str) -> Counter:
    """The series of these labels, of which there are few: prometheus_client finds one anew, with a
    lock, in as many steps as it takes to count."""
    return metric.labels(*labels)


@cache
def _histogram(metric: Histogram, *labels: str) -> Histogram:
    return metric.labels(*labels)

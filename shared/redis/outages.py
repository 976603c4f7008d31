"""Outliving an outage of Redis: backoff with jitter, for ever."""

import structlog
from redis.exceptions import RedisError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type
from tenacity.wait import wait_random_exponential

log = structlog.get_logger()


def outlive_outages(what: str) -> AsyncRetrying:
    """Try again for ever while Redis is away, with backoff and jitter up to 2 s.

    No number of retries replaces such a loop (docs/arq.md, "When Redis goes away").
    """

    def tell(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        log.warning("redis_unavailable", part=what, error=type(error).__name__)

    return AsyncRetrying(
        retry=retry_if_exception_type((RedisError, OSError)),
        wait=wait_random_exponential(multiplier=0.05, max=2),
        before_sleep=tell,
        reraise=True,
    )

"""Outliving an outage of Redis: backoff with jitter, for ever."""

from collections.abc import Awaitable, Callable
from typing import TypeVar, TypeVarTuple

import structlog
from redis.exceptions import RedisError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type
from tenacity.wait import wait_random_exponential

log = structlog.get_logger()

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
AWAY = (RedisError, OSError)


async def despite_outages(what: str, ask: Callable[[*Ts], Awaitable[T]], *arguments: *Ts) -> T:
    """What `ask` gives, once Redis answers; it may be asked again when an answer was lost.

    The first time by hand: each of tenacity's tries costs half a command.
    """
    try:
        return await ask(*arguments)
    except AWAY as error:
        _tell(what, error)
    answer: T = await _again_and_again(what)(ask, *arguments)
    return answer


def _again_and_again(what: str) -> AsyncRetrying:
    """For ever, with backoff and jitter up to 2 s.

    No number of retries replaces such a loop (docs/arq.md, "When Redis goes away").
    """

    def tell(state: RetryCallState) -> None:
        _tell(what, state.outcome.exception() if state.outcome else None)

    return AsyncRetrying(
        retry=retry_if_exception_type(AWAY),
        wait=wait_random_exponential(multiplier=0.05, max=2),
        before_sleep=tell,
        reraise=True,
    )


def _tell(what: str, error: BaseException | None) -> None:
    log.warning("redis_unavailable", part=what, error=type(error).__name__)

"""How often a post is tried that Campfire did not take."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from consumer.campfire.errors import CampfireUnavailable

POST_ATTEMPTS = 4
PAUSES = wait_random_exponential(multiplier=0.2, max=2)

T = TypeVar("T")


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """What it gives in a few tries within seconds; a longer outage is not waited out here.

    Raises what the last try does, and at once what is no CampfireUnavailable. The first try is made
    by hand: tenacity's way to it takes as many steps as the post itself.
    """
    try:
        return await ask()
    except CampfireUnavailable as error:
        return await _again(ask, error)


async def _again(ask: Callable[[], Awaitable[T]], failed: CampfireUnavailable) -> T:
    """The tries after the first one, which counts."""
    first: CampfireUnavailable | None = failed

    async def ask_next() -> T:
        nonlocal first
        if first is not None:
            error, first = first, None
            raise error
        return await ask()

    tries = AsyncRetrying(
        retry=retry_if_exception_type(CampfireUnavailable),
        wait=PAUSES,
        stop=stop_after_attempt(POST_ATTEMPTS),
        reraise=True,
    )
    return await tries(ask_next)

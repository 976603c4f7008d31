"""How often a post is tried that Campfire did not take."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from consumer.campfire.errors import CampfireUnavailable

PAUSES_S = 0.2, 0.4, 0.8
"""At most so long after each try but the last."""

T = TypeVar("T")


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """What it gives in a few tries within seconds; a longer outage is not waited out here.

    Raises what the last try does, and at once what is no CampfireUnavailable. By hand: one try of
    tenacity's costs a message a twentieth of all that it costs.
    """
    for pause_s in PAUSES_S:
        try:
            return await ask()
        except CampfireUnavailable:
            await asyncio.sleep(random.uniform(0, pause_s))  # noqa: S311 - no secret
    return await ask()

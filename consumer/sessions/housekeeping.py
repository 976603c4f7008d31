"""The clean-up that runs beside the turns, now and then."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


async def repeat(clean_up: Callable[[], Awaitable[int]], every: float) -> None:
    """Clean up now and every so many seconds; a disk or a Redis that fails is tried again."""
    while True:
        try:
            log.info("sessions_cleaned_up", count=await clean_up())
        except (OSError, RedisError) as error:
            log.error("session_cleanup_failed", reason=type(error).__name__)
        await asyncio.sleep(every)

"""Operators' orders: they reach the consumer through a list of their own, not through a lane.

What people type in a room is a message: see consumer.control_words.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import structlog
from redis.asyncio import Redis

from consumer.queue.wakeup import LISTEN_S
from shared.errors import AgentError
from shared.keys import Keys
from shared.outages import outlive_outages

log = structlog.get_logger()

Words = Mapping[str, Callable[[Any], Awaitable[object]]]
"""What is done for each word; a ValueError, KeyError or TypeError says that it makes no sense."""


class Control:
    """Hears orders, each `{word: what}`, and has them carried out one after the other."""

    def __init__(self, redis: Redis, keys: Keys, words: Words) -> None:
        self._redis = redis
        self._keys = keys
        self._words = words

    async def listen(self) -> None:
        """Never returns."""
        while True:
            async for attempt in outlive_outages("control"):
                with attempt:
                    await self._listen_once()

    async def _listen_once(self) -> None:
        heard = await cast(
            Awaitable[tuple[bytes, bytes] | None],
            self._redis.blpop([self._keys.commands], timeout=LISTEN_S),
        )
        if heard is None:
            return
        try:
            [(word, what)] = json.loads(heard[1]).items()
            await self._words[word](what)
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("control_word_unknown")
        except (AgentError, OSError) as error:
            # What somebody asked for failed; what others ask for goes on.
            log.error("control_word_failed", error=type(error).__name__)

"""The loop guard: whether, and how often, messages of bots are taken; accept.lua counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from shared.bots import Bot


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopGuard:
    """Two bots that answer each other would do so for ever: these are the bounds."""

    answering: frozenset[str] = frozenset()
    """Ids of the bots whose file allows them to answer bots; what bots say to others is ignored."""
    hop_limit: int = 4
    """How often bots may answer bots in a room until a person speaks to one there."""
    rate_per_hour: int = 20
    """How many messages of one other bot a bot takes in an hour, whatever people say between."""

    @classmethod
    def of(cls, bots: Iterable[Bot], hop_limit: int, rate_per_hour: int) -> Self:
        """The guard that the bots' files and the settings describe."""
        answering = frozenset(bot.id for bot in bots if bot.answers_bots)
        return cls(answering=answering, hop_limit=hop_limit, rate_per_hour=rate_per_hour)

"""The loop guard: whether, and how often, messages of bots are taken; accept.lua counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.bots import Bot


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopGuard:
    """Two bots that answer each other would do so for ever: these are the bounds."""

    bots: Mapping[str, Bot] = field(default_factory=dict)
    """By id, as their files are now: see shared.bots.watching."""
    hop_limit: int = 4
    """How often bots may answer bots in a room until a person speaks to one there."""
    rate_per_hour: int = 20
    """How many messages of one other bot a bot takes in an hour, whatever people say between."""

    def answers(self, bot_id: str) -> bool:
        """Whether its file allows this bot to answer bots; what they say to others is ignored."""
        return bot_id in self.bots and self.bots[bot_id].answers_bots

"""What `run_turn` is given, and what it gives back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from consumer.agent.events import Memory, OnEvent, Tier
from consumer.agent.spending import UNMETERED, Meter
from consumer.toolboxes import Asking
from shared.bots import Bot
from shared.lane import Lane

GetBrief = Callable[[Memory], Awaitable[str]]
"""Gives what stands before the prompt, when the session is there; what it raises ends the turn."""
GetAsking = Callable[[], Asking]
"""Says for whom tools are called, once the brief knows who asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """A turn that ended in an answer."""

    text: str
    """The answer (answer_text), which may be empty; narration between tools is left out."""
    cut: bool
    """Whether the text ends in the middle, at the model's limit of output."""
    tier: Tier
    session_id: str
    pid: int | None
    """The CLI's process id."""
    num_turns: int
    """Model calls."""
    cost: float
    """US dollars, of this turn alone."""
    duration: float
    """Seconds, connecting included."""
    folder: Path
    """The agent's working directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRequest:
    """One call of run_turn."""

    lane: Lane
    bot: Bot
    prompt: str
    on_event: OnEvent | None
    brief: GetBrief | None = None
    get_asking: GetAsking | None = None
    job: str | None = None
    within_s: float | None = None
    """Seconds that are left for it; None: as the settings say."""
    meter: Meter = UNMETERED

    @property
    def asking(self) -> Asking:
        """For whom tools are called; nobody, where nothing is said of it."""
        if self.get_asking is not None:
            return self.get_asking()
        return Asking(bot=self.bot, lane=self.lane, job_id=self.job or "", asker=None)

    async def briefed(self, memory: Memory) -> str:
        """What is to stand before the prompt; empty where nothing is. Raises what `brief` does."""
        return await self.brief(memory) if self.brief is not None else ""

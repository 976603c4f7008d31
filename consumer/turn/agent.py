"""The port to the agent: what a turn needs of the session manager."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Protocol

from consumer.agent import Meter, OnEvent
from consumer.sessions import GetAsking, GetBrief
from shared.bots import Bot
from shared.lane import Lane


class Answer(Protocol):
    """What a turn gives."""

    @property
    def text(self) -> str:
        """The agent's answer."""
        ...

    @property
    def cut(self) -> bool:
        """Whether it ends in the middle, at the model's limit of output."""
        ...

    @property
    def tier(self) -> str:
        """hot, warm or cold."""
        ...

    @property
    def folder(self) -> Path | None:
        """The agent's working directory, whose outbox is posted; None: it has none."""
        ...


class Agent(Protocol):
    """Runs turns; consumer.sessions implements it, tests fake it."""

    def run_turn(
        self,
        lane: Lane,
        bot: Bot,
        prompt: str,
        *,
        on_event: OnEvent,
        brief: GetBrief,
        get_asking: GetAsking,
        job: str,
        within_s: float,
        meter: Meter,
    ) -> Coroutine[Any, Any, Answer]:
        """One turn in the lane's conversation; raises AgentError.

        `on_event` is called for what happens meanwhile, `brief` for what is to stand before the
        prompt, then `get_asking` for whom tools are called. `job`: the message's; what an earlier
        attempt at it left in the conversation is cut off. `within_s`: seconds that are left for it.
        `meter` is told what it uses up, before this returns or raises, and may end it.
        """
        ...

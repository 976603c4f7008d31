"""The signs of a turn of which nobody sees any: where Campfire is known to have no boosts."""

from types import TracebackType
from typing import Self

from consumer.agent import TurnEvent


class NoSigns:
    """In the place of Signs; keeps nothing, so that one does for all turns."""

    stand_above_answer = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """See Signs."""

    async def before_answer(self) -> None:
        """See Signs."""

    def end_at_once(self, ending: str, reason: str) -> bool:
        """See Signs."""
        del ending, reason
        return True

    def note(self, event: TurnEvent) -> None:
        """See Signs."""

    def ended(self, ending: str, reason: str = "") -> None:
        """See Signs."""


NO_SIGNS = NoSigns()

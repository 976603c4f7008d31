"""What turns use up, and who counts it: tokens and US dollars, as the agent's CLI tells them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

READ = ("inputTokens", "cacheCreationInputTokens", "cacheReadInputTokens")
WRITTEN = "outputTokens"
UNPRICED = "unknown"
"""The CLI's `costBasis` of a model for which it has no price: what it tells then is a guess."""


@dataclass(frozen=True, slots=True)
class Spent:
    """An amount."""

    cost: float = 0.0
    """US dollars."""
    read: int = 0
    """Tokens that models read, from the Messages API's cache too."""
    written: int = 0
    """Tokens that models wrote."""

    @classmethod
    def told(cls, cost: float, models: Mapping[str, Any]) -> Self:
        """What a result's `total_cost_usd` and `modelUsage` say; anything odd counts as nothing."""
        read = sum(count(used, name) for used in models.values() for name in READ)
        return cls(cost, read, sum(count(used, WRITTEN) for used in models.values()))

    @property
    def tokens(self) -> int:
        """The tokens that models read and wrote."""
        return self.read + self.written

    @property
    def micro_usd(self) -> int:
        """The cost in millionths of a US dollar."""
        return round(self.cost * 1_000_000)

    def since(self, before: "Spent") -> "Spent":
        """What came on top of `before`; nothing where a count is lower, having begun anew."""
        return Spent(
            max(0.0, self.cost - before.cost),
            max(0, self.read - before.read),
            max(0, self.written - before.written),
        )

    def plus(self, more: "Spent") -> "Spent":
        """The sum of both amounts."""
        return Spent(self.cost + more.cost, self.read + more.read, self.written + more.written)


def count(used: Any, name: str) -> int:
    """One of the numbers that the CLI, or the Messages API, tells of a use; what is odd is 0."""
    value = used.get(name) if isinstance(used, Mapping) else None
    return value if isinstance(value, int) else 0


class Meter(Protocol):
    """Counts one turn. Nothing of it waits or raises."""

    def begins(self, stop: Callable[[], None]) -> None:
        """The prompt goes to the agent; `stop` ends the turn, with what was said so far."""
        ...

    def uses(self, tokens: int, *, goes_on: bool) -> None:
        """So many more were used just now; `goes_on`: the turn is not at its end."""
        ...

    def spent(self, spent: Spent) -> None:
        """What the agent used since `begins`, by its own count: instead of what `uses` told."""
        ...


class _Unmetered:
    def begins(self, stop: Callable[[], None]) -> None:
        """See Meter."""

    def uses(self, tokens: int, *, goes_on: bool) -> None:
        """See Meter."""

    def spent(self, spent: Spent) -> None:
        """See Meter."""


UNMETERED: Meter = _Unmetered()
"""For turns whose cost nobody counts beside the books."""

"""What grows in every round of the same load leaks; what a pool keeps open grows once and stays."""

from collections.abc import Awaitable, Callable

ROUNDS = 4
MARGIN = 12
"""Descriptors and tasks that come and go with chance: connections of the pools."""
FIGURES = ("tasks", "descriptors")

Vitals = dict[str, int]


async def growth(
    vitals: Callable[[], Awaitable[Vitals]], load: Callable[[], Awaitable[None]]
) -> list[str]:
    """What had grown by more than the margin after each of the rounds, a sentence each."""
    before = await vitals()
    for _ in range(ROUNDS):
        await load()
        after = await vitals()
        grown = [what for what in FIGURES if after[what] > before[what] + MARGIN]
        if not grown:
            return []
        told = [f"{what} grew from {before[what]} to {after[what]}" for what in grown]
        before = after
    return told

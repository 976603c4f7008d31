"""A leak is told from a pool: it grows in each round, the pool until it is as large as needed."""

from itertools import repeat

import pytest

from tests.faults.growth import MARGIN, ROUNDS, growth

LEAK = MARGIN + 1


@pytest.mark.parametrize(
    ("descriptors", "rounds"),
    [
        ([40, 40 + MARGIN], 1),
        ([44, 44 + LEAK, 44 + LEAK], 2),
        ([44, 90, 120, 121], 3),
    ],
    ids=["comes and goes", "a pool fills", "a pool fills slowly"],
)
async def test_a_pool_is_no_leak(descriptors: list[int], rounds: int) -> None:
    """The first round in which nothing grew ends it."""
    measured = Measured(descriptors)
    assert await growth(measured.vitals, measured.load) == []
    assert measured.loads == rounds


async def test_what_grows_in_each_round_leaks() -> None:
    """However often the load is repeated; the other figure stays, and is not named."""
    measured = Measured([40 + LEAK * number for number in range(ROUNDS + 1)])
    end = 40 + LEAK * ROUNDS
    assert await growth(measured.vitals, measured.load) == [
        f"descriptors grew from {end - LEAK} to {end}"
    ]


class Measured:
    """A process whose descriptors are as told, one figure for each time they are asked."""

    def __init__(self, descriptors: list[int]) -> None:
        self.loads = 0
        self._figures = zip(descriptors, repeat(7), strict=False)

    async def vitals(self) -> dict[str, int]:
        """The next figure."""
        return dict(zip(("descriptors", "tasks"), next(self._figures), strict=True))

    async def load(self) -> None:
        """A round of it."""
        self.loads += 1

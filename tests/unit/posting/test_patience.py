"""A post that Campfire does not take is tried again; what is no outage is told at once."""

import pytest
from tenacity.wait import wait_none

from consumer.campfire.errors import CampfireUnavailable, CampfireUnclear
from consumer.posting import patience
from shared.errors import CampfireError


class Asked:
    """Fails with each of these in turn, then answers."""

    def __init__(self, *errors: CampfireError) -> None:
        self.errors, self.times = list(errors), 0

    async def __call__(self) -> str:
        """Ask once."""
        self.times += 1
        if self.errors:
            raise self.errors.pop(0)
        return "7"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES", wait_none())


@pytest.mark.parametrize("failures", range(4))
async def test_an_outage_of_moments_is_waited_out(failures: int) -> None:
    """The first try that Campfire answers is the last."""
    asked = Asked(*(CampfireUnavailable("away") for _ in range(failures)))
    assert await patience.patiently(asked) == "7"
    assert asked.times == failures + 1


async def test_a_longer_outage_is_told() -> None:
    """The queue tries again later."""
    asked = Asked(*(CampfireUnavailable("away") for _ in range(9)))
    with pytest.raises(CampfireUnavailable):
        await patience.patiently(asked)
    assert asked.times == 4


async def test_what_may_be_in_the_room_already_is_not_tried_again() -> None:
    """Campfire is asked first."""
    asked = Asked(CampfireUnclear("cut"))
    with pytest.raises(CampfireUnclear):
        await patience.patiently(asked)
    assert asked.times == 1

"""Which answers of Campfire leave open whether it stored the post (found by the fault suite)."""

import httpx
import pytest

from consumer.campfire.client import Campfire
from consumer.campfire.errors import CampfireUnavailable, CampfireUnclear
from tests.answering import Answering


async def _post(status: int) -> None:
    transport = Answering(lambda _: httpx.Response(status))
    async with Campfire("http://campfire.test", transport) as campfire:
        await campfire.post(1, "3-abc", "<p>hi</p>")


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_an_error_after_the_request_was_read_is_unclear(status: int) -> None:
    """Rails answers 500 when the broadcast after the commit fails: the message is in the room."""
    with pytest.raises(CampfireUnclear):
        await _post(status)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_refusal_before_any_work_is_not_stored(status: int) -> None:
    """What was turned away at the door may be posted again without a look."""
    with pytest.raises(CampfireUnavailable):
        await _post(status)

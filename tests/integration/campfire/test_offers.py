"""What an installation offers is asked of it, remembered, and asked again after a surprise."""

import pytest

from consumer.campfire.errors import NoIndex
from consumer.campfire.probe import EVERYTHING, POST_ONLY
from tests.integration.campfire.conftest import KEY, ROOM, Site


@pytest.mark.parametrize(("mode", "offers"), [("main", EVERYTHING), ("v1.4.9", POST_ONLY)])
async def test_the_release_is_recognised(site: Site, mode: str, offers: object) -> None:
    """One call with nobody's key tells the two releases apart; it is remembered."""
    assert site.campfire.offers == POST_ONLY
    assert await site.campfire.probe() == offers
    assert await site.campfire.probe() == site.campfire.offers == offers
    assert len(await site.sandbox.calls()) == 1


async def test_a_trouble_is_no_answer(site: Site) -> None:
    """A failing Campfire is taken for the least, and nothing is raised."""
    await site.sandbox.order_fault(kind="status", status=503)
    assert await site.campfire.probe() == POST_ONLY


async def test_a_downgrade_is_noticed_by_a_404(site: Site) -> None:
    """The index that is suddenly not there is asked about, once."""
    await site.campfire.page(ROOM, KEY)
    await site.sandbox.change_mode("v1.4.9")
    with pytest.raises(NoIndex):
        await site.campfire.page(ROOM, KEY)
    assert site.campfire.offers == POST_ONLY

"""What the service says of its own accord."""

from typing import cast

import pytest

from consumer.campfire.client import Campfire
from consumer.campfire.errors import BadKey
from consumer.delivery.delivery import Delivery
from consumer.live.broadcast import Broadcast
from consumer.outbox.outbox import Outbox
from consumer.queue.lanes import Lanes
from shared.catalogue import catalogue


async def test_a_bot_that_is_gone_says_nothing() -> None:
    """A notice for a message of a bot without a key is a refusal, not a bug that ends a part."""
    async with Campfire("http://127.0.0.1:9", keys={}) as campfire:
        delivery = Delivery(
            campfire,
            cast(Lanes, object()),
            cast(Broadcast, object()),
            catalogue("en"),
            cast(Outbox, object()),
        )
        with pytest.raises(BadKey):
            await delivery.say(2, "retired", "wait")

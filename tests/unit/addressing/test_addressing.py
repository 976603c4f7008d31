"""Whom an answer names where nobody asked."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from consumer.addressing.addressing import Address, Addressing
from consumer.addressing.mentionable import Mentionable
from consumer.queue.claim import Claim
from shared.catalogue import catalogue
from tests.deliveries import inbound


@pytest.mark.parametrize("origin", ["event", "schedule"])
async def test_an_answer_that_nobody_asked_for_names_and_quotes_nobody(origin: str) -> None:
    """However late it comes: a program's words are no question, and are not shown as one."""
    late = lambda: datetime(2030, 1, 1, tzinfo=UTC)  # noqa: E731
    nothing = cast("Any", None)
    addressing = Addressing(nothing, {}, catalogue("en"), now=late)
    claim = Claim(job_id="j", message=inbound(origin=origin), token="1", claimed_ms=0, starts=1)
    assert await addressing.of(claim, cast("Mentionable", nothing), "text") == Address()

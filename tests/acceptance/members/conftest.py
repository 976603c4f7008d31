"""Fleets for the tests of several consumers, ended before their stacks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from operate.launch.valkey import EmbeddedValkey
from shared.redis.client import redis_client
from tests.acceptance.conftest import NewStack
from tests.acceptance.members.fleet import FIRST, Fleet

NewFleet = Callable[..., Awaitable[Fleet]]


@pytest.fixture
async def new_fleet(new_stack: NewStack, valkey: EmbeddedValkey) -> AsyncIterator[NewFleet]:
    """Start a stack whose only consumer is `anna`; others join when they are told to."""
    made: list[Fleet] = []

    async def make(redis_url: str = valkey.url, **settings: Any) -> Fleet:
        stack = new_stack(redis_url=redis_url, SESSION_STORE="redis", MEMBER=FIRST, **settings)
        made.append(Fleet(stack, redis_client(redis_url)))
        await stack.start()
        await stack.ready()
        return made[-1]

    yield make
    for fleet in made:
        await fleet.close()
        print(fleet.transcript())  # noqa: T201 - pytest shows it beside a failure only

"""A stack whose lanes may be watched."""

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import Stack
from tests.integration.ingress.live.watching import ADMIN


@pytest.fixture
async def watched_stack(new_stack: NewStack) -> Stack:
    """A running service with an admin token."""
    stack = new_stack(ADMIN_TOKEN=ADMIN, LOG_LEVEL="debug")
    await stack.start()
    await stack.ready()
    return stack

"""Stacks for the acceptance tests: each in a folder of its own, its log shown when a test fails."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from operate.launch.valkey import EmbeddedValkey
from tests.acceptance.stack import Stack
from tests.zygote import Zygote

NewStack = Callable[..., Stack]


@pytest.fixture
async def new_stack(
    valkey: EmbeddedValkey, tmp_path: Path, zygote: Zygote
) -> AsyncIterator[NewStack]:
    """Make stacks, not yet started; at the end of the test they are stopped, with every child.

    `executed=True` is for a test that looks at what the kernel keeps of a start: its environment
    and arguments in /proc, its memory, its imports.
    """
    made: list[Stack] = []

    def make(*, redis_url: str = valkey.url, executed: bool = False, **options: Any) -> Stack:
        folder = tmp_path / f"stack{len(made)}"
        folder.mkdir()
        # Three agents a stack that few tests would use cost more than the tests themselves.
        settings = {"SPARE_SESSIONS": "0", **options}
        forks = None if executed else zygote
        made.append(Stack(folder, redis_url=redis_url, zygote=forks, **settings))
        return made[-1]

    yield make
    for stack in made:
        try:
            await stack.stop()
        finally:
            print(stack.transcript())  # noqa: T201 - pytest shows it beside a failure only


@pytest.fixture
async def stack(new_stack: NewStack) -> Stack:
    """A running service with the default settings."""
    stack = new_stack()
    await stack.start()
    await stack.ready()
    return stack

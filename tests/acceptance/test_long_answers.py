"""An answer too long for one post, on both releases: parts, in order, nothing lost."""

from itertools import cycle, islice

import pytest

from sandbox.model.samples import LOREM
from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import Stack

LENGTH, TOO_LONG = 14_000, 40_000


@pytest.mark.parametrize("mode", ["main", "v1.4.9"])
async def test_a_long_answer_comes_in_parts_in_order(new_stack: NewStack, mode: str) -> None:
    """Read one after the other, the posts are the answer word for word."""
    stack = new_stack(SANDBOX_MODE=mode)
    await stack.start()
    await stack.ready()
    await stack.say(f"long {LENGTH}")
    settled = await stack.worker.log.event("turn_settled")
    assert settled["outcome"] == "completed"
    parts = await stack.answers()
    assert len(parts) == 5
    introduction, _, words = " ".join(parts).partition("characters.")
    assert "stand-in" in introduction
    heard = words.split()
    assert heard[:-1] == list(islice(cycle(LOREM.split()), len(heard) - 1))
    assert sum(map(len, parts)) > LENGTH * 0.98


async def test_a_longer_one_is_its_beginning_and_a_file(stack: Stack) -> None:
    """A room wants no dozen posts: a post's worth, how much there is, and the whole beside it."""
    await stack.say(f"long {TOO_LONG}")
    settled = await stack.worker.log.event("turn_settled")
    assert settled["outcome"] == "completed"
    beginning, file = await stack.answers()
    assert file == "answer.md"
    assert 3_000 < len(beginning) < 4_000
    assert beginning.endswith("characters, is in the file answer.md.)")

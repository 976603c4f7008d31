"""An answer too long for one post, on both releases: parts, in order, nothing lost."""

from itertools import cycle, islice

import pytest

from sandbox.model.samples import LOREM
from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import Stack
from tests.conftest import eventually

LENGTH, TOO_LONG = 14_000, 40_000
PLAIN_BYTES = 3_500
"""The most of a post: Campfire pushes no more than a few hundred bytes above it."""


@pytest.mark.short_form("v1.4.9")
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


@pytest.mark.short_form("10000-4")
@pytest.mark.parametrize(
    ("characters", "posts"), [(1_000, 1), (10_000, 4), (100_000, 2), (300_000, 2)]
)
async def test_every_post_of_any_length_is_pushed(
    stack: Stack, characters: int, posts: int
) -> None:
    """In a ping each post reaches the phone: its plain text stays below what a notice may hold."""
    ping = await stack.campfire.direct_room_id("assistant")
    await stack.campfire.post(ping, f"long {characters}")
    settled = await stack.worker.log.event("turn_settled")
    assert settled["outcome"] == "completed"
    answers = await stack.answers(ping)
    assert len(answers) == posts
    assert all(len(answer.encode()) <= PLAIN_BYTES for answer in answers)

    async def all_pushed() -> bool:
        return len(await stack.campfire.pushes()) >= posts

    await eventually(all_pushed)
    pushed = await stack.campfire.pushes()
    assert [push["body"] for push in pushed] == answers
    assert all(push["sent"] for push in pushed)

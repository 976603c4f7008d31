"""SIGTERM and SIGKILL in the middle of a turn: its message is answered exactly once."""

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import Stack
from tests.conftest import eventually


async def test_sigterm_lets_a_turn_end_within_the_grace_period(stack: Stack) -> None:
    """The worker answers what it is at, takes nothing new, and ends with 0."""
    asked = await stack.say("slow 2; echo still here")
    await turn_runs(stack, "slow 2")
    await stack.say("echo next")
    assert await stack.worker.terminate() == 0
    assert await stack.answer(asked, within_s=1) == "still here"
    assert await stack.answers() == ["still here"]
    await stack.worker.start()
    await stack.until_answers(["still here", "next"])


async def test_a_turn_past_the_grace_period_is_handed_back_and_answered_after_the_restart(
    new_stack: NewStack,
) -> None:
    """It runs again in the next worker and the room sees one answer, no apology."""
    stack = new_stack(SHUTDOWN_GRACE_SECONDS="0.2")
    await stack.start()
    await stack.ready()
    asked = await stack.say("slow 3; echo later")
    await turn_runs(stack, "slow 3")
    assert await stack.worker.terminate() == 0
    assert stack.worker.log.events("turn_handed_back")
    assert await stack.answers() == []
    await stack.worker.start()
    assert await stack.answer(asked) == "later"
    assert await stack.ask("echo after") == "after"
    assert await stack.answers() == ["later", "after"]
    assert (await stack.model_requests())[-1].said == ("slow 3; echo later", "echo after")


@pytest.mark.long
async def test_a_killed_worker_is_followed_by_one_that_answers_once(stack: Stack) -> None:
    """kill -9 in the middle of a turn: the message runs again, and the room sees one answer."""
    asked = await stack.say("slow 2; echo survived")
    await turn_runs(stack, "slow 2")
    assert await stack.worker.kill() == -9
    await stack.worker.start()
    assert await stack.answer(asked) == "survived"
    assert await stack.ask("echo after") == "after"
    assert await stack.answers() == ["survived", "after"]


@pytest.mark.parametrize("name", ["web", "sandbox", "worker"])
async def test_an_idle_process_ends_at_sigterm_with_0(stack: Stack, name: str) -> None:
    """Nobody waits for anything, so it ends at once and complains of nothing."""
    process = stack.processes[name]
    assert await process.terminate(within_s=10) == 0
    assert process.log.others() == []


async def turn_runs(stack: Stack, words: str) -> None:
    """Wait until the model has been asked this."""
    await stack.worker.log.event("turn_claimed")

    async def is_asked() -> bool:
        return any(words in r.said[-1] for r in await stack.model_requests() if r.said)

    await eventually(is_asked)

"""Restarts, each in the middle of a turn of the real CLI: all answered once, all known.

One of each kind here; `make soak` asks for twenty in a row.
"""

import os
import signal

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import Stack
from tests.conftest import eventually

RESTARTS = int(os.environ.get("RESTARTS", "2"))
GRACE_S = "0.2"
"""Shorter than the turn: SIGTERM hands it back, as a deploy in the middle of a long answer does."""


@pytest.mark.timeout(480)
async def test_a_conversation_outlives_restarts_in_the_middle_of_its_turns(
    new_stack: NewStack,
) -> None:
    """kill -9 and SIGTERM by turns: the room sees each answer once, the model each message once."""
    stack = new_stack(SHUTDOWN_GRACE_SECONDS=GRACE_S)
    await stack.start()
    await stack.ready()
    orders = [f"slow 1; echo number {number}" for number in range(RESTARTS)]
    for number, order in enumerate(orders):
        asked = await stack.say(order)
        await _model_is_asked(stack, order)
        ended = await (stack.worker.kill() if number % 2 else stack.worker.terminate())
        assert ended == (-9 if number % 2 else 0)
        await stack.worker.start()
        assert await stack.answer(asked) == f"number {number}"
    assert await stack.answers() == [f"number {number}" for number in range(RESTARTS)]
    assert (await stack.model_requests())[-1].said == tuple(orders)


async def _model_is_asked(stack: Stack, words: str) -> None:
    async def is_asked() -> bool:
        return any(words in r.said[-1] for r in await stack.model_requests() if r.said)

    await eventually(is_asked)


@pytest.mark.long
@pytest.mark.short_form("2")
@pytest.mark.parametrize("number", [1, 2])
async def test_a_question_whose_answer_was_lost_stands_in_the_conversation_once(
    new_stack: NewStack, number: int
) -> None:
    """kill -9 after the answer is on the session's record and before it is stored: the turn that
    runs again takes the first one's place, be it the lane's first or a later one."""
    stack = new_stack()
    stack.worker.environment["KILL_AT"] = f"turn.answered#{number}"
    await stack.start()
    await stack.ready()
    orders = [f"echo number {count}" for count in range(1, number + 2)]
    for order in orders[: number - 1]:
        assert await stack.ask(order) == order.removeprefix("echo ")
    asked = await stack.say(orders[number - 1])
    assert await stack.worker.ended() == -signal.SIGKILL
    del stack.worker.environment["KILL_AT"]
    await stack.worker.start()
    assert await stack.answer(asked) == f"number {number}"
    assert await stack.ask(orders[number]) == f"number {number + 1}"
    assert (await stack.model_requests())[-1].said == tuple(orders)

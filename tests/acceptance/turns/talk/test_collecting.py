"""`BUSY=collect` with real processes: quick messages are one turn, also where the worker dies."""

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.log_book import Event
from tests.conftest import eventually

QUICK = [f"echo quick {number}" for number in range(1, 6)]


@pytest.mark.short_form("turn.posted#2")
@pytest.mark.parametrize("step", ["turn.stored#2", "turn.posted#2", "turn.settling#2"])
async def test_quick_messages_are_answered_together_once(new_stack: NewStack, step: str) -> None:
    """kill -9 after the reply was stored, was posted, or the others were settled: one answer, and
    every message settled once."""
    stack = new_stack(BUSY="collect", KILL_AT=step)
    await stack.start()
    await stack.ready()
    await stack.say("slow 3; echo slow")
    await eventually(stack.model_requests)  # from here on the first turn is full
    quick = {str((await stack.say(words))["after"]) for words in QUICK}
    assert await stack.worker.ended() == -9
    settled = _settled(stack.worker.log.events("turn_settled"))
    del stack.worker.environment["KILL_AT"]
    await stack.worker.start()
    await stack.until_answers(["slow", "quick 5"])
    await stack.say("echo after")
    await stack.until_answers(["slow", "quick 5", "after"])
    settled += _settled(stack.worker.log.events("turn_settled"))
    assert len(set(settled)) == len(settled)
    assert set(settled) >= quick
    asked = (await stack.model_requests())[-2].said[-1]
    assert all(words in asked for words in QUICK)


def _settled(events: list[Event]) -> list[str]:
    return [str(event["message"]) for event in events]

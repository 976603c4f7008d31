"""A turn that fails ends in a sentence in the room, and the next message works."""

import asyncio
from functools import partial

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import Stack
from tests.integration.sessions.scripted_model import api_error, scripted_model

TURN_TIMEOUT_S = 16
FAILURES = {
    "error 401": "API key",
    "error 400": "could not take this request",
    "error 529": "",
    "hang": "could not reach the model",  # asked a second time when the deadline came
    "refused": "can't help",
}
"""What the model does to the message, and what the sentence in the room must say."""
PASSING = {
    "cut": "stand-in",
    "cut 9000 times": "in this conversation.",  # the end of the whole answer
    "error 529 once; echo here": "here",
    "reset once; echo here": "here",
}
"""What passes unnoticed: the CLI asks again."""


FEW = ("error 401", "hang", "refused", "cut 9000 times", "reset once; echo here")


@pytest.mark.short_form("few")
@pytest.mark.parametrize("words", [FEW, (*FAILURES, *PASSING)], ids=["few", "all"])
async def test_a_failed_turn_is_told_in_one_sentence_and_the_next_works(
    new_stack: NewStack, words: tuple[str, ...]
) -> None:
    """In each room one failure, one sentence of ours, then an answer as if nothing had been."""
    stack = new_stack(TURN_TIMEOUT_SECONDS=str(TURN_TIMEOUT_S))
    await stack.start()
    await stack.ready()
    rooms = [
        (await stack.campfire.create_room(f"Room {number}"))["id"] for number in range(len(words))
    ]
    said = await asyncio.gather(*map(partial(fail_and_go_on, stack), words, rooms))
    for word, sentence in zip(words, said, strict=True):
        assert {**FAILURES, **PASSING}[word] in sentence, (word, sentence)
        assert "API Error" not in sentence, word
        assert "Traceback" not in sentence, word
        assert len(sentence) < 200, (word, sentence)
    failed = stack.worker.log.events("turn_settled", outcome="failed")
    assert {event["room"] for event in failed} == {
        room_id for word, room_id in zip(words, rooms, strict=True) if word in FAILURES
    }


async def fail_and_go_on(stack: Stack, words: str, room_id: int) -> str:
    """What the room is told of these words, once the message after them is answered."""
    sentence = await stack.ask(words, room_id=room_id, within_s=90)
    assert await stack.ask("echo fine", room_id=room_id, within_s=90) == "fine", words
    assert await stack.answers(room_id) == [sentence, "fine"]
    return sentence


async def test_a_limit_that_lasts_longer_than_the_cli_waits_is_told_with_its_time(
    new_stack: NewStack,
) -> None:
    """The CLI gives up at once and says nothing of the ten minutes: the model is asked for it, by a
    message, for the limit is one of messages."""
    async with scripted_model() as model:
        limited = api_error(429, "rate_limit_error", "slow down", retry_after="600")
        model.otherwise = limited
        stack = new_stack(ANTHROPIC_BASE_URL=model.base_url)
        await stack.start()
        await stack.ready()
        assert "again in 10 minutes" in await stack.ask("hello")
        await stack.stop()

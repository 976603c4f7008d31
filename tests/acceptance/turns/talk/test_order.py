"""Many messages at once: in one room in order and one at a time, in another meanwhile."""

from itertools import pairwise

import pytest

from tests.acceptance.model_requests import ModelRequest
from tests.acceptance.stack import ALL_TALK, SUPPORT, Stack

SLOW_S = 0.4
WORDS = [f"number {number}" for number in range(1, 11)]


async def test_ten_quick_messages_are_answered_in_order_while_another_room_goes_on(
    stack: Stack,
) -> None:
    """Each of ten turns begins after the one before it ended; a second room does not wait."""
    await stack.ask("echo warmed up", room_id=ALL_TALK)
    asked = [await stack.say(f"slow {SLOW_S}; echo {WORDS[0]}")]
    # From here on the lane has a head, which is never overtaken (accept.lua).
    await stack.worker.log.event("turn_claimed", room=SUPPORT)
    asked += [await stack.say(f"slow {SLOW_S}; echo {word}") for word in WORDS[1:]]
    assert await stack.ask("echo meanwhile", room_id=ALL_TALK) == "meanwhile"
    done_meanwhile = await stack.answers(SUPPORT)
    await stack.worker.log.until(
        lambda: len(stack.worker.log.events("turn_settled", room=SUPPORT)) == 10,
        "ten turns settled",
    )
    assert len(done_meanwhile) < len(WORDS)
    assert await stack.answers(SUPPORT) == WORDS
    turns = turns_of(await stack.model_requests(), asked=WORDS)
    assert [turn.said[-1].rpartition("echo ")[2] for turn in turns] == WORDS
    gaps = [later.at - earlier.at for earlier, later in pairwise(turns)]
    assert min(gaps) >= SLOW_S, "a turn began before the one before it had its answer"


@pytest.mark.long
async def test_a_message_waiting_behind_another_shows_in_the_queue_stats(stack: Stack) -> None:
    """`/queue/stats` counts the running and the waiting message of a lane apart."""
    await stack.say("slow 1.5; echo a")
    await stack.worker.log.event("turn_claimed")
    await stack.say("echo b")
    await stack.web.log.until(
        lambda: len(stack.web.log.events("delivery_accepted")) == 2,
        "two accepted",
    )
    stats = (await stack.http.get("/queue/stats", headers=stack.operator)).json()
    assert (stats["running"], stats["waiting"]) == (1, 1)
    await stack.until_answers(["a", "b"])


def turns_of(requests: list[ModelRequest], asked: list[str]) -> list[ModelRequest]:
    """The requests whose message to be answered is one of these words."""
    return [r for r in requests if r.said and r.said[-1].rpartition("echo ")[2] in asked]

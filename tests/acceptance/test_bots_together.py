"""Two bots in one conversation: Campfire calls each for what the other posts."""

from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import Stack

LIMIT = 3


async def test_two_bots_that_answer_each_other_stop_at_the_hop_limit(new_stack: NewStack) -> None:
    """One word of a person's in a ping with both: they answer, and each other, a few times only."""
    stack = new_stack(BOT_HOP_LIMIT=str(LIMIT))
    await stack.start()
    await stack.ready()
    room = await _room_of_both(stack)
    await stack.campfire.post(room, text="hello, both of you")
    await stack.web.log.event("delivery_looping")
    await stack.worker.log.until(
        lambda: len(stack.worker.log.events("turn_settled", room=room)) == 2 + LIMIT,
        "two answers to the person and as many to bots as allowed",
        within_s=60,
    )
    posts = [m for m in await stack.campfire.messages(room) if m["creator"]["role"] == "bot"]
    assert len(posts) == 2 + LIMIT


async def _room_of_both(stack: Stack) -> int:
    """The group ping of the seeded sandbox: a person and two bots."""
    rooms = (await stack.campfire.directory())["rooms"]
    return next(int(r["id"]) for r in rooms if r["kind"] == "direct" and len(r["member_ids"]) == 3)

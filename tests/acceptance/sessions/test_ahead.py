"""A known lane's client is ready before its turn comes."""

from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import ALL_TALK, SUPPORT


async def test_a_lane_is_resumed_while_its_message_waits_for_a_slot(new_stack: NewStack) -> None:
    """Its webhook is enough: the resume is done when the slot comes free, and the turn is hot."""
    bounds = {"MAX_TURNS_AT_ONCE": "1", "MAX_HOT_SESSIONS": "2", "SPARE_SESSIONS": "0"}
    stack = new_stack(**bounds, PROGRESS="off")
    await stack.start()
    await stack.ready()
    await stack.ask("my cat is Tom", room_id=ALL_TALK)
    await stack.ask("echo hello", room_id=SUPPORT)
    await stack.worker.terminate()
    await stack.worker.start()
    log = stack.worker.log
    # A start makes the newest conversation hot, and with this bound no other.
    await log.event("session_warm", ahead=True, lane=f"{SUPPORT}:assistant")
    busy = await stack.say("slow 4; echo busy", room_id=SUPPORT)
    await log.event("session_hot", lane=f"{SUPPORT}:assistant")
    waits = await stack.say("what did I say first?", room_id=ALL_TALK)
    lane = f"{ALL_TALK}:assistant"
    await log.event("session_warm", ahead=True, lane=lane)
    assert not log.events("turn_settled")
    assert await stack.answer(busy) == "busy"
    assert "my cat is Tom" in await stack.answer(waits)
    assert log.events("session_hot", lane=lane)
    assert not log.events("session_evicted")

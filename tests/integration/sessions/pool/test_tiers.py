"""Hot, warm and cold with the real CLI; what the model was sent proves what it remembers."""

import pytest

from consumer.agent import Tier
from consumer.sessions import SessionManager
from sandbox.model.server import ModelServer
from tests.integration.sessions.conftest import BOT, LANE, OTHER, StartManager


async def test_the_first_message_is_cold_and_the_second_hot(
    manager: SessionManager, model: ModelServer
) -> None:
    """A hot turn uses the same CLI process, resumes nothing, and the model sees both messages."""
    first = await manager.run_turn(LANE, BOT, "my cat is Tom")
    second = await manager.run_turn(LANE, BOT, "what did I say first?")
    assert (first.tier, second.tier) == (Tier.COLD, Tier.HOT)
    assert first.pid == second.pid
    assert first.session_id == second.session_id
    assert "my cat is Tom" in second.text
    assert model.recorder.requests[-1].conversation.said == (
        "my cat is Tom",
        "what did I say first?",
    )


@pytest.mark.long
async def test_after_a_restart_the_session_is_resumed(
    start_manager: StartManager, model: ModelServer
) -> None:
    """A new manager resumes from the record; the model is sent all three messages."""
    before = await start_manager()
    await before.run_turn(LANE, BOT, "one")
    told = await before.run_turn(LANE, BOT, "two")
    await before.shutdown_all()
    after = await start_manager()
    third = await after.run_turn(LANE, BOT, "three")
    assert third.tier is Tier.WARM
    assert third.pid != told.pid
    assert model.recorder.requests[-1].conversation.said == ("one", "two", "three")
    assert (await after.run_turn(LANE, BOT, "four")).tier is Tier.HOT


async def test_lanes_do_not_share_a_conversation(
    manager: SessionManager, model: ModelServer
) -> None:
    """Another room has its own process and its own memory."""
    one = await manager.run_turn(LANE, BOT, "one")
    two = await manager.run_turn(OTHER, BOT, "two")
    assert one.pid != two.pid
    assert model.recorder.requests[-1].conversation.said == ("two",)

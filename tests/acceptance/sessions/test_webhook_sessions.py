"""The seed's integration tests by their names (`tests/test_app_fastapi.py` there), as processes."""

from tests.acceptance.sessions.session_stats import session_of
from tests.acceptance.stack import ALL_TALK, SUPPORT, Stack


async def test_webhook_creates_session(stack: Stack) -> None:
    """The first webhook of a room creates its session, and no other room's."""
    await stack.ask("echo one")
    session = await session_of(stack, SUPPORT, turns=1)
    assert (session["tier"], session["connected"]) == ("cold", True)
    assert (stack.folder / "data/session_cache/session_2_assistant.json").is_file()
    assert len(stack.worker.log.events("session_cold")) == 1
    await stack.ask("echo one", room_id=ALL_TALK)
    other = await session_of(stack, ALL_TALK, turns=1)
    assert other["session_id"] != session["session_id"]


async def test_webhook_reuses_session(stack: Stack) -> None:
    """The second webhook goes to the same client: same process, same session, nothing resumed."""
    await stack.ask("echo one")
    first = await session_of(stack, SUPPORT, turns=1)
    await stack.ask("echo two")
    second = await session_of(stack, SUPPORT, turns=2)
    assert (second["pid"], second["session_id"]) == (first["pid"], first["session_id"])
    assert len(stack.worker.log.events("session_hot")) == 1
    assert not stack.worker.log.events("session_warm")


async def test_conversation_continuity(stack: Stack) -> None:
    """The client remembers: the model is sent all that was said, once each, and answers from it."""
    for words in ("my cat is Tom", "echo two"):
        await stack.ask(words)
    answer = await stack.ask("what did I say first?")
    assert 'The first thing you said was: "my cat is Tom"' in answer
    requests = await stack.model_requests()
    assert requests[-1].said == ("my cat is Tom", "echo two", "what did I say first?")

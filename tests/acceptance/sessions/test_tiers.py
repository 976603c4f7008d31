"""A conversation over its tiers, with the real CLI: cold, hot, and warm after a restart."""

from tests.acceptance.stack import SUPPORT, Stack


async def test_a_conversation_is_cold_then_hot_then_warm_after_a_restart(stack: Stack) -> None:
    """The second message meets the same CLI, the third a resumed one; the model saw all."""
    assert "said: 'echo-less one'" in await stack.ask("echo-less one")
    cold = await stack.worker.log.event("session_cold", lane=f"{SUPPORT}:assistant")
    await stack.ask("two")
    hot = await stack.worker.log.event("session_hot", lane=f"{SUPPORT}:assistant")
    assert hot["pid"] == cold["pid"]
    assert not stack.worker.log.events("session_warm")
    assert await said(stack) == ("echo-less one", "two")

    assert await stack.worker.terminate() == 0
    await stack.worker.start()
    await stack.ready()

    answer = await stack.ask("what did I say first?")
    assert 'The first thing you said was: "echo-less one"' in answer
    warm = await stack.worker.log.event("session_warm", lane=f"{SUPPORT}:assistant")
    assert warm["pid"] != cold["pid"]
    assert not stack.worker.log.events("session_cold")
    assert await said(stack) == ("echo-less one", "two", "what did I say first?")
    assert len({request.session for request in await stack.model_requests()}) == 1


async def said(stack: Stack) -> tuple[str, ...]:
    """The person's messages in the model's newest request."""
    return (await stack.model_requests())[-1].said

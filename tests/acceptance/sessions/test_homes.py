"""Two consumers share the lanes: a conversation is one's, until that ends, and is remembered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.acceptance.conftest import NewStack
from tests.acceptance.process import ServiceProcess
from tests.acceptance.sessions.agent_processes import AgentProcesses
from tests.acceptance.sessions.test_two_consumers import another_worker
from tests.acceptance.stack import SUPPORT, Stack

LANE = f"{SUPPORT}:assistant"
QUESTION, ANSWER = "what did I say first?", 'The first thing you said was: "my cat is Tom"'


async def test_a_conversation_is_open_in_one_consumer_at_a_time(new_stack: NewStack) -> None:
    """Its home answers from memory; drained or killed, the other goes on with all of it; at no
    moment had two processes one session open."""
    # Longer than what the guard gives the agents of a killed consumer, two seconds, to leave: on a
    # machine that others use ten times over four were not.
    stack = new_stack(SESSION_STORE="redis", LEASE_SECONDS="8", MEMBER="a")
    async with _two(stack) as workers:
        with AgentProcesses(stack.folder) as agents:
            await stack.ask("my cat is Tom")
            home, other = await _home_first(stack, workers)
            assert await stack.ask("echo hot") == "hot"
            await home.log.event("session_hot", lane=LANE)

            code, _ = await stack.operate("members", "drain", home.name)
            assert (code, await home.ended()) == (0, 0)
            assert ANSWER in await stack.ask(QUESTION)
            await other.log.event("session_warm", lane=LANE)
            assert await _home_first(stack, workers) == [other, home]

            await home.start()
            await home.log.event("consumer_ready")
            await other.kill()
            assert ANSWER in await stack.ask(QUESTION)
            await home.log.event("session_warm", lane=LANE)
    assert set(agents.most.values()) == {1}, agents.most
    assert agents.looks > 10  # a busy machine lets it look twice a second


async def test_a_lane_that_is_moved_goes_to_whoever_has_room(new_stack: NewStack) -> None:
    """Its process ends, nobody is its home, and it remembers."""
    stack = new_stack(SESSION_STORE="redis", MEMBER="a")
    async with _two(stack) as workers:
        await stack.ask("my cat is Tom")
        assert (await stack.operate("members", "move", str(SUPPORT), "assistant"))[0] == 0
        while LANE.replace(":", " ") in (await stack.operate("members"))[1]:
            pass
        assert ANSWER in await stack.ask(QUESTION)
        claimed = [worker.log.events("session_warm", lane=LANE) for worker in workers.values()]
        assert sorted(map(len, claimed)) == [0, 1]


@asynccontextmanager
async def _two(stack: Stack) -> AsyncIterator[dict[str, ServiceProcess]]:
    """The stack with a second consumer; by their names, which are those of the members."""
    await stack.start()
    await stack.ready()
    second = another_worker(stack, "b")
    second.environment["MEMBER"] = "b"
    stack.worker.name = "a"
    try:
        await second.start()
        await second.log.event("consumer_ready")
        yield {"a": stack.worker, "b": second}
    finally:
        await second.close()


async def _home_first(stack: Stack, workers: dict[str, ServiceProcess]) -> list[ServiceProcess]:
    """The one whose the lane is, as operators are told, and the other."""
    code, listed = await stack.operate("members")
    assert code == 0
    block = listed.partition(f"\n  {LANE.replace(':', ' ')}\n")[0]
    home = [line.split()[0] for line in block.splitlines() if not line.startswith(" ")][-1]
    return sorted(workers.values(), key=lambda worker: worker.name != home)

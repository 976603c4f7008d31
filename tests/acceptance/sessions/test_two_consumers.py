"""Several consumers with folders of their own on one Redis: a lane moves and remembers."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.process import ServiceProcess
from tests.acceptance.stack import SUPPORT, Stack
from tests.conftest import eventually

LANE = f"{SUPPORT}:assistant"
BOTS = ("assistant", "financial_analyst", "technical_assistant")


async def test_a_lane_moves_between_two_consumers_and_remembers(new_stack: NewStack) -> None:
    """One stops, one is killed, each time the other, with another CLAUDE_CONFIG_DIR, goes on."""
    stack = new_stack(SESSION_STORE="redis", SPARE_SESSIONS="0", LEASE_SECONDS="1")
    await stack.start()
    await stack.ready()
    second = another_worker(stack)
    try:
        await stack.ask("my cat is Tom")
        await second.start()
        assert await stack.worker.terminate() == 0
        await second.log.event("consumer_ready")
        assert await stack.ask("echo two") == "two"
        await second.log.event("session_warm", lane=LANE)
        await stack.worker.start()
        run = stack.folder / "second/data/run"
        assert len(list(run.glob("*/claude-resume-*"))) == 1
        await second.kill()
        await eventually(lambda: is_empty(run))
        await stack.worker.log.event("consumer_ready")
        answer = await stack.ask("what did I say first?")
        assert 'The first thing you said was: "my cat is Tom"' in answer
        await stack.worker.log.event("session_warm", lane=LANE)
        said = (await stack.model_requests())[-1].said
        assert said == ("my cat is Tom", "echo two", "what did I say first?")
        await expect_reset(stack)
    finally:
        await second.close()


@pytest.mark.long
async def test_three_share_the_lanes_and_a_killed_one_is_followed(new_stack: NewStack) -> None:
    """Each answers a lane, all three at once; what the killed one ran is answered by another."""
    stack = new_stack(
        SESSION_STORE="redis", SPARE_SESSIONS="0", LEASE_SECONDS="2", MAX_TURNS_AT_ONCE="1"
    )
    await stack.start()
    await stack.ready()
    others = [another_worker(stack, name) for name in ("second", "third")]
    workers = [stack.worker, *others]
    try:
        for worker in others:
            await worker.start()
            await worker.log.event("consumer_ready")
        asked = [await stack.say("slow 4; echo done", bot=bot) for bot in BOTS]
        claimed = [await worker.log.event("turn_claimed") for worker in workers]
        assert {claim["bot"] for claim in claimed} == set(BOTS)
        await others[1].kill()
        for question in asked:
            assert (await stack.answer(question)).endswith("done")  # a late one quotes the question
        for bot in BOTS:
            assert await stack.ask("echo again", bot=bot) == "again"
            assert len(await stack.answers(bot=bot)) == 2
    finally:
        for worker in others:
            await worker.close()


async def expect_reset(stack: Stack) -> None:
    """A reset over the API leaves nothing of the conversation, in Redis either."""
    answer = await stack.http.delete(f"/sessions/{SUPPORT}/assistant", headers=stack.operator)
    assert (answer.status_code, answer.content) == (202, b"")
    await stack.worker.log.event("sessions_reset", count=1)
    await stack.ask("what did I say first?")
    assert (await stack.model_requests())[-1].said == ("what did I say first?",)


async def is_empty(folder: Path) -> bool:
    """The guard has deleted what a killed worker left: copies of transcripts, process ids."""
    return not list(folder.iterdir())


def another_worker(stack: Stack, name: str = "second") -> ServiceProcess:
    """The same worker over another DATA_DIR, and so another folder of the CLI's."""
    folder = stack.folder / name
    folder.mkdir()
    environment = {**stack.worker.environment, "DATA_DIR": str(folder / "data")}
    return ServiceProcess(
        *(name, stack.worker.command),
        environment=environment,
        folder=folder,
        zygote=stack.zygote,
    )

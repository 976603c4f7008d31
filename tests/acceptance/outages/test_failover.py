"""The master of Redis goes while people write, and sentinels choose another."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import Stack
from tests.sentinels import SentinelSet

DURING = 5


@pytest.mark.long
@pytest.mark.parametrize("breaking", ["kill_master", "stop_master"])
async def test_what_is_asked_during_a_failover_is_answered_once(
    new_stack: NewStack, tmp_path: Path, breaking: str
) -> None:
    """A turn runs as the master goes, and people write on: each is answered once, in order, by
    processes that nobody started again."""
    with SentinelSet(tmp_path / "set", replicas=2, password="hush0") as sentinels:
        stack = new_stack(redis_url=sentinels.url, REDIS_WAIT_REPLICAS="1")
        await stack.start()
        await stack.ready()
        assert await stack.ask("echo before") == "before"
        await stack.say("slow 1; echo while")
        await stack.worker.log.until(lambda: _claimed(stack) == 2, "a second turn")
        getattr(sentinels, breaking)()
        for number in range(DURING):
            await stack.say(f"echo {number}")
        await sentinels.failed_over()
        sentinels.start_again()
        await stack.say("echo after")
        await stack.until_answers(["before", "while", *map(str, range(DURING)), "after"])
        await stack.ready()
        assert stack.web.log.events("queue_unreachable"), "nothing was broken"
        assert len(stack.worker.log.events("consumer_ready")) == 1
        assert "hush0" not in stack.transcript()
        await stack.stop()


def _claimed(stack: Stack) -> int:
    return len(stack.worker.log.events("turn_claimed"))

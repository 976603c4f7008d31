"""A child is ended with all that it started, whatever that has left of what it was started in."""

import asyncio
import time

import psutil
import pytest
from structlog.testing import capture_logs

from consumer.documents import caged
from consumer.documents.answering import Answering
from consumer.documents.caged import Child, Errand
from shared.processes.marked import kill_marked, marked_processes
from tests.patience import PATIENCE_S

RUNS_ON = ("sh", "-c", "setsid sh -c 'echo begun; exec sleep 1237' & wait")
"""As bwrap's own child in its first moments: in a session of its own, with the pipes."""


SLEEPER = Errand(module="timeit", arguments=("-n1", "-r1", "import time; time.sleep(1237)"))


async def test_what_left_its_group_is_ended_too() -> None:
    """It holds the pipes, by which alone it is known that a child has ended."""
    child: Child = await caged._spawn(RUNS_ON)
    assert child.process.stdout is not None
    assert await child.process.stdout.readline() == b"begun\n"
    left = [psutil.Process(pid) for pid, _ in marked_processes({child.mark})]
    assert len(left) == 2
    async with asyncio.timeout(PATIENCE_S):
        await child.end()
    _, alive = await asyncio.to_thread(psutil.wait_procs, left, 5)
    assert alive == []


async def test_a_child_has_ended_when_nobody_holds_its_pipes() -> None:
    """asyncio tells of the process alone who asks again; here another has them a little longer."""
    holds_on = ("sh", "-c", "env -i setsid sh -c 'echo begun; exec sleep 0.7' & wait")
    child: Child = await caged._spawn(holds_on)
    assert child.process.stdout is not None
    assert await child.process.stdout.readline() == b"begun\n"
    async with asyncio.timeout(PATIENCE_S):
        await child.end()
    assert child.process.stdout.at_eof()


async def test_who_has_thrown_off_the_mark_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uncaged, a document's code may go on without what it inherited: it is left and logged."""
    monkeypatch.setattr(caged, "LOOKS", 2)
    flees = ("sh", "-c", "env -i setsid sh -c 'echo $$; exec sleep 1238' & wait")
    child: Child = await caged._spawn(flees)
    assert child.process.stdout is not None
    fled = psutil.Process(int(await child.process.stdout.readline()))
    with capture_logs() as logs:
        await child.end()
    fled.kill()
    assert [line["event"] for line in logs] == ["child_not_ended"]
    await child.process.communicate()


async def test_one_that_does_not_die_at_once_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A killed process may take a while, from a disk that hangs or on a busy machine."""
    dies_at = time.monotonic() + 2.5 * caged.GONE_S

    def kill(mark: bytes) -> bool:
        return kill_marked(mark) if time.monotonic() > dies_at else True

    monkeypatch.setattr(caged, "kill_marked", kill)
    monkeypatch.setattr(Child, "_kill_group", lambda _: None)
    child: Child = await caged._spawn(("sleep", "1239"))
    with capture_logs() as logs:
        await child.end()
    assert (logs, child.process.returncode) == ([], -9)


async def test_who_is_cut_off_as_it_ends_a_child_leaves_none() -> None:
    """It has told all, and was given a moment to end by itself: that was all it was given."""
    child: Child = await caged._spawn(("sh", "-c", "exec >&-; exec sleep 1240"))
    assert child.process.stdout is not None
    assert await child.process.stdout.read() == b""
    ending = asyncio.create_task(child.end())
    await asyncio.sleep(0)
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    async with asyncio.timeout(PATIENCE_S):
        assert await child.process.wait() == -9


@pytest.mark.parametrize("ms", [0, 1, 2, 3, 5, 8])
async def test_who_is_stopped_as_a_child_starts_is_not_held(ms: int) -> None:
    """Some hundredth of those had been held for good, by what was to die with bwrap."""
    answering = Answering()
    await answering.answer(Errand(module="this", arguments=()), b"", seconds=PATIENCE_S)
    async with asyncio.timeout(PATIENCE_S):
        for _ in range(5):
            with pytest.raises(TimeoutError):
                await answering.answer(SLEEPER, b"", seconds=ms / 1000)

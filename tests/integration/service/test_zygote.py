"""Forked processes of tests end as others do, and none is left of a start that was given up."""

import asyncio
from pathlib import Path

import psutil
import pytest

from tests.conftest import eventually
from tests.zygote import Zygote
from tests.zygote.client import machine_environment


@pytest.mark.parametrize("passes", [0, 1, 2])
async def test_a_start_that_is_cut_off_leaves_no_process(
    zygote: Zygote, tmp_path: Path, passes: int
) -> None:
    """A supervisor is cancelled as it starts what was killed: its child would run on, unknown."""
    itself = psutil.Process(zygote._process.pid)
    before = {child.pid for child in itself.children()}
    words = ("-n1", "-r1", "import time; time.sleep(1242)")
    start = zygote.start("timeit", machine_environment(), tmp_path, str(tmp_path / "log"), *words)
    starting = asyncio.create_task(start)
    for _ in range(passes):
        await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    async def none_is_left() -> bool:
        return {child.pid for child in itself.children()} <= before

    await eventually(none_is_left)


async def test_what_is_left_to_do_at_the_end_is_done(zygote: Zygote, tmp_path: Path) -> None:
    """The last spans are sent then."""
    says = "import atexit; atexit.register(lambda: print('said last'))"
    code, said = await zygote.run(
        "timeit", "-n1", "-r1", says, env=machine_environment(), folder=tmp_path
    )
    assert (code, said.splitlines()[-1]) == (0, "said last")

"""A process with sessions of its own, to be killed."""

import asyncio
import sys
import textwrap
from asyncio.subprocess import Process
from pathlib import Path

import psutil

from sandbox.model.server import ModelServer
from tests.integration.sessions.test_faults import wait_for_request

PARENT = """
import asyncio, sys
from pathlib import Path
from consumer.sessions import SessionManager
from shared.bots import Bot
from shared.lane import Lane
from tests.session_settings import session_settings

async def main() -> None:
    settings = session_settings(
        Path(sys.argv[1]), api_key="k", base_url=sys.argv[2], spares=0
    )
    bot = Bot(id="assistant", name="A", system_prompt="x", tools=("Bash",))
    async with SessionManager(settings) as manager:
        first = await manager.run_turn(Lane(1, "assistant"), bot, "hello")
        print(first.pid, flush=True)
        await manager.run_turn(Lane(1, "assistant"), bot, sys.argv[3])

asyncio.run(main())
"""


async def amid_a_turn(
    model: ModelServer, folder: Path, words: str
) -> tuple[Process, psutil.Process]:
    """It, with its data in this folder, and its agent: the lane 1:assistant was answered once, and
    is asked these words."""
    folder.mkdir(exist_ok=True)
    script = folder / "parent.py"
    script.write_text(textwrap.dedent(PARENT))
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script), str(folder / "data"), model.base_url, words),
        stdout=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": "."},
    )
    assert parent.stdout is not None
    while not (line := await parent.stdout.readline()).strip().isdigit():
        assert line, "the parent ended early"
    agent = psutil.Process(int(line))
    await wait_for_request(model, words)
    return parent, agent

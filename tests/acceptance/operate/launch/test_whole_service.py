"""`python -m operate.launch --sandbox` over the repository's own Procfile, with nothing configured.

In a folder of its own: a developer's `.env` beside the Procfile is not read.
"""

import asyncio
import json
import signal
import stat
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from tests.acceptance.operate.launch.conftest import ROOT, Launch, Start
from tests.acceptance.operate.launch.test_launch import all_gone, descendants
from tests.unit.operate.launch.waiting import until

PROCFILE = (ROOT / "Procfile").read_text()
BOTS = str(ROOT / "bots")


async def ready(launch: Launch) -> str:
    """The address to open, once everything is ready."""
    return (await launch.line(r"Ready after .* Open (http://\S+) "))[1]


async def test_it_starts_with_nothing_configured_and_ends_without_a_trace(
    start: Start, tmp_path: Path
) -> None:
    """The page is there, the stand-ins are named as such, commands find its Valkey and its keys,
    which it makes up; Ctrl-C leaves nothing but what no other user of the machine may read."""
    launch = await start(PROCFILE, BOTS_DIR=BOTS)
    page = await ready(launch)
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as client:
        assert (await client.get(page)).status_code == 200
    assert "a stand-in model answers, not Claude" in launch.output
    assert "an embedded Valkey keeps the queue" in launch.output
    await commands_find_it(tmp_path)
    pids = descendants(launch.process.pid)
    assert {"valkey-server"} < {psutil.Process(pid).name() for pid in pids}
    assert await launch.end(signal.SIGINT) == 0, launch.output
    until(lambda: all_gone(pids), "every process has ended")
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert {path.name for path in kept} >= {"valkey.log", "campfire.sqlite3", "bot_keys.json"}
    assert [path for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


async def commands_find_it(folder: Path) -> None:
    """`operate`, run beside it with nothing configured either."""
    for command, says in (("budgets", b"nothing was used of any budget"), ("schedules", b"")):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "operate", command),
            cwd=folder,
            env={"PATH": "", "PYTHONPATH": str(ROOT), "BOTS_DIR": BOTS},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        assert (process.returncode, says in out) == (0, True), out


@pytest.mark.long
async def test_the_bot_keys_are_made_once_and_never_shown(start: Start, tmp_path: Path) -> None:
    """A key opens a room: it is in a file for its owner alone, and in no line of output."""
    file = tmp_path / "data" / "sandbox" / "bot_keys.json"
    kept = []
    for _ in range(2):
        launch = await start(PROCFILE, BOTS_DIR=BOTS, LOG_LEVEL="debug")
        await ready(launch)
        assert await launch.end(signal.SIGTERM) == 0, launch.output
        kept.append(json.loads(file.read_text()))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert kept[0]
        for key in kept[0].values():
            assert key.partition("-")[2] not in launch.output
    assert kept[0] == kept[1]


@pytest.mark.long
async def test_a_bad_setting_ends_everything_with_its_sentence(start: Start) -> None:
    """The process that reads the setting names it; the exit code is 2."""
    launch = await start(PROCFILE, BOTS_DIR=BOTS, MAX_TURNS="many")
    assert await launch.end() == 2
    assert "MAX_TURNS: " in launch.output

"""`make …` as README and `make help` say it, in the short forms that they take."""

import asyncio
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest

from tests.acceptance.commands.found import ROOT
from tests.acceptance.environment import free_port, minimal_environment
from tests.acceptance.leftovers import await_none
from tests.sandbox_client import SandboxClient

SUPPORT = 2
OURS = re.compile("MAKE|^(ARGS|BROWSER|JOBS|PYTHON)$")
"""What the make above us hands down: `make test BROWSER=no` is no setting of these tests."""


async def make(words: str, *, cwd: Path = ROOT, **environ: str) -> tuple[int, str]:
    """Run `make …`; its exit code and all it said."""
    inherited = {name: value for name, value in os.environ.items() if not OURS.search(name)}
    process = await asyncio.create_subprocess_exec(
        *["make", "--no-print-directory", *shlex.split(words)],
        cwd=cwd,
        env={**inherited, **environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_make_run_answers_and_ends(tmp_path: Path) -> None:
    """`make run` with nothing configured: ready, a bot answers, Ctrl-C ends all of it."""
    ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    process = await asyncio.create_subprocess_exec(
        *["make", "--no-print-directory", "run"],
        cwd=ROOT,
        # Set and empty: a developer's own .env counts for nothing here.
        env={
            **minimal_environment(tmp_path),
            **dict.fromkeys(("REDIS_URL", "CAMPFIRE_URL", "ANTHROPIC_API_KEY"), ""),
            **ports,
            "DATA_DIR": str(tmp_path / "data"),
            "SPARE_SESSIONS": "0",
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(60):
        while not any("Ready after" in line for line in lines):
            lines.append((await process.stdout.readline()).decode())
            assert lines[-1], "".join(lines)
    reading = asyncio.create_task(process.stdout.read())
    async with SandboxClient(f"http://127.0.0.1:{ports['SANDBOX_PORT']}") as campfire:
        asked = await campfire.post(SUPPORT, "echo hello", mentions=["assistant"])
        said = await campfire.wait_for_message(
            SUPPORT, after=asked["id"], such_that=lambda m: m["body"]["plain_text"] == "hello"
        )
    assert said["creator"]["role"] == "bot"
    os.killpg(process.pid, signal.SIGINT)
    async with asyncio.timeout(60):
        await process.wait()
        await reading
    assert await asyncio.to_thread(await_none, tmp_path, 10) == []


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_make_bench_measures(tmp_path: Path) -> None:
    """`make bench` writes ratios and prints them."""
    output = tmp_path / "bench.json"
    code, said = await make(f"bench ARGS='--quick --output {output} rendering'")
    assert code == 0, said
    assert json.loads(output.read_text())
    assert "2 ratios and 0 curves in" in said


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_make_faults_breaks_and_checks() -> None:
    """`make faults N=… SEED=… MINUTES=…` is the adversary, as long as one likes."""
    code, said = await make("faults N=5 SEED=7 MINUTES=1 ARGS='--only adversary'")
    assert code == 0, said
    assert re.search(r"^seed\s+7$", said, re.MULTILINE)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_make_fuzz_sends_requests() -> None:
    """`make fuzz N=… SEED=…` sends that many and says what came back."""
    code, said = await make("fuzz N=300 SEED=3")
    assert code == 0, said
    assert "300" in said


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_make_soak_restarts_and_turns() -> None:
    """`make soak` in its shortest: one restart, a few turns over two lanes."""
    code, said = await make("soak RESTARTS=1 ARGS='--turns 6 --lanes 2'")
    assert code == 0, said
    assert "[100%]" in said  # pytest's: the restarts
    assert "6 turns over 2 lanes" in said


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A project that counts as set up, with ruff and one ugly file."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, folder)
    binaries = folder / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(sys.executable)
    (binaries / "ruff").symlink_to(Path(sys.executable).parent / "ruff")
    sums = subprocess.check_output(
        ["sh", "-c", "cat uv.lock pyproject.toml .ci/setup | cksum"], cwd=folder, text=True
    )
    stamp = f"{sums}{folder} {Path(sys.executable).resolve()} \n"
    (folder / ".venv" / ".setup").write_text(stamp)
    (folder / "ugly.py").write_text('"""Ugly."""\nimport sys\nimport os\nprint( os,sys )\n')
    return folder


async def test_make_format_formats(clone: Path) -> None:
    """`make format` leaves a file as `make check` wants it."""
    code, said = await make("format", cwd=clone)
    assert code == 2, "what ruff cannot mend is said"
    assert "print" in said
    text = (clone / "ugly.py").read_text()
    assert "import os\nimport sys\n\nprint(os, sys)\n" in text


async def test_make_clean_leaves_data(clone: Path) -> None:
    """`make clean` takes away what set-up and tools made, and nothing that was said in rooms."""
    (clone / "data").mkdir()
    (clone / "a" / "__pycache__").mkdir(parents=True)
    code, said = await make("clean", cwd=clone)
    assert code == 0, said
    left = {path.name for path in clone.iterdir()}
    assert left == {".ci", "Makefile", "pyproject.toml", "uv.lock", "ugly.py", "data", "a"}
    assert not list((clone / "a").iterdir())

"""`python -m operate.launch --sandbox` as a person starts it, in a folder of its own."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
DUMMIES = Path(__file__).parent
DEADLINE_SECONDS = 30.0
OURS = re.compile(
    "CAMPFIRE|ANTHROPIC|CLAUDE|BOT_KEY|SANDBOX|REDIS|HOST$|PORT$|DATA_DIR|BOTS_DIR|DEFAULT_BOT"
    "|INGRESS|WEBHOOK|ADMIN|LOG_|SHUTDOWN"
)
NO_SANDBOX = {"CAMPFIRE_URL": "http://campfire.invalid", "ANTHROPIC_API_KEY": "sk-ant-x"}


class Launch:
    """A running launcher; its output is kept line by line."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def line(self, pattern: str) -> re.Match[str]:
        """The first line that holds `pattern`, read so far or yet to come."""
        assert self.process.stdout is not None
        seen = 0
        while True:
            for line in self.lines[seen:]:
                if match := re.search(pattern, line):
                    return match
            seen = len(self.lines)
            raw = await asyncio.wait_for(self.process.stdout.readline(), DEADLINE_SECONDS)
            assert raw, f"no {pattern!r} in:\n{self.output}"
            self.lines.append(raw.decode().rstrip())

    async def end(self, number: int | None = None) -> int:
        """Send the signal, if one is given, and read to the end; the exit code."""
        if number is not None:
            self.process.send_signal(number)
        out, err = await asyncio.wait_for(self.process.communicate(), DEADLINE_SECONDS)
        self.lines += (out + err).decode().splitlines()
        assert self.process.returncode is not None
        return self.process.returncode

    @property
    def output(self) -> str:
        return "\n".join(self.lines)


Start = Callable[..., Awaitable[Launch]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Start the launcher over a Procfile; ended after the test, whatever it did."""
    launches: list[Launch] = []

    async def run(
        procfile: str,
        cwd: Path = tmp_path,
        program: tuple[str, ...] = ("-m", "operate.launch", "--sandbox"),
        **environ: str,
    ) -> Launch:
        if cwd == tmp_path:
            (cwd / "Procfile").write_text(procfile)
        inherited = {name: value for name, value in os.environ.items() if not OURS.match(name)}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *program,
            cwd=cwd,
            env={
                **inherited,
                "PYTHONPATH": str(ROOT),
                "DATA_DIR": str(tmp_path / "data"),
                "PORT": "0",
                "SANDBOX_PORT": "0",
                "SPARE_SESSIONS": "0",  # three agents that no test but one would use
                **environ,
            },
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
            preexec_fn=_hear_hangups,
        )
        launches.append(Launch(process))
        return launches[-1]

    yield run
    for launch in launches:
        if launch.process.returncode is None:
            launch.process.send_signal(signal.SIGKILL)
            await launch.end()


def _hear_hangups() -> None:
    """Under nohup the tests ignore SIGHUP, and so would what they start, on purpose."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def web() -> str:
    return f"web: python {DUMMIES / 'dummy_web.py'}"


@pytest.fixture
def worker() -> str:
    return f"worker: python {DUMMIES / 'dummy_worker.py'}"

"""The guard: a shell that outlives us by seconds, should we be killed, and ends our agents."""

import asyncio
import shutil
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from consumer.claude import orphans

SCRIPT = Path(__file__).with_name("guard.sh")


class Guard:
    """Watches over the agents whose pid files lie in `run_dir`; an async context manager."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._shell: asyncio.subprocess.Process | None = None
        self._we_live = ExitStack()

    async def __aenter__(self) -> Self:
        self._run_dir.mkdir(parents=True, exist_ok=True)
        self._we_live.enter_context(orphans.living(self._run_dir))
        self._shell = await asyncio.create_subprocess_exec(
            "/bin/sh",
            str(SCRIPT),
            str(self._run_dir.absolute()),
            stdin=asyncio.subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin"},
            start_new_session=True,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let it look for what is left, usually nothing, and end."""
        shell, self._shell = self._shell, None
        if shell is not None and shell.stdin is not None:
            shell.stdin.close()
            await shell.wait()
            shutil.rmtree(self._run_dir, ignore_errors=True)
        self._we_live.close()

"""The process behind a client: its id, its last words, and its certain end."""

import uuid
from collections import deque
from pathlib import Path

from consumer.cage.control_groups import sweep
from consumer.claude.files.prompt_file import prompt_file
from consumer.claude.files.servers_file import servers_file
from consumer.claude.files.temp_folders import TempFolder
from consumer.claude.processes import kill_agent, read_pid


class AgentProcess:
    """Known by the pid file that its launcher writes; it has a temporary folder of its own."""

    def __init__(self, run_dir: Path) -> None:
        self.pid_file = run_dir / f"{uuid.uuid4()}.pid"
        self.temp = TempFolder()
        self._pid: int | None = None
        self._stderr: deque[str] = deque(maxlen=5)

    @property
    def pid(self) -> int | None:
        """The process id; None before it started."""
        if self._pid is None:
            self._pid = read_pid(self.pid_file)
        return self._pid

    def hear(self, line: str) -> None:
        """Take in a line of its standard error."""
        self._stderr.append(line[:200])

    def cause(self, error: BaseException) -> str:
        """What went wrong, in the error's words and its own; for the operator."""
        return " · ".join([first_line(error), *self._stderr])

    def kill(self) -> None:
        """End it and every process it started, and forget it."""
        kill_agent(self.pid, self.pid_file)
        self.pid_file.unlink(missing_ok=True)
        for file in (prompt_file(self.pid_file), servers_file(self.pid_file)):
            file.unlink(missing_ok=True)
        self.temp.remove()
        sweep()


def first_line(error: BaseException) -> str:
    """The error in one short line, for the log."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]

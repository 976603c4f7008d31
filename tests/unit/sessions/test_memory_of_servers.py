"""A session's memory is its client's and that of the programs that serve it alone."""

import os
import subprocess
import sys

from consumer.agent.agent_memory import AgentMemory
from consumer.agent.memory_share import (
    MIB,
    PROGRAM_MB,
    expected_mb,
    private_bytes,
    session_bytes,
)
from consumer.cage.limits import SERVER
from shared.bots import Bot
from tests.bots import bot_with

PLAIN = Bot(id="ops", name="Ops", system_prompt="You help.")
SERVED = bot_with(PLAIN, mcp_servers={"a": {"command": ["a"]}, "b": {"url": "http://127.0.0.1:1"}})
BIG = f"x = b'x' * ({60 * MIB}); print('there', flush=True); input()"
INNER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BIG!r}])"


def test_what_its_servers_hold_counts_and_what_else_it_started_does_not() -> None:
    """Also what a server started in its turn; a server over HTTP is nobody's alone."""
    quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = [sys.executable, "-c", BIG]
    server = [sys.executable, "-c", INNER, SERVER]
    with (
        subprocess.Popen(command, **quiet) as other,  # type: ignore[call-overload]
        subprocess.Popen(server, **quiet) as serving,  # type: ignore[call-overload]
    ):
        for child in (other, serving):
            assert child.stdout.readline() == b"there\n"
        own = private_bytes(os.getpid())
        with_servers = session_bytes(os.getpid(), SERVED) - own
        without = session_bytes(os.getpid(), PLAIN) - own
        for child in (other, serving):
            child.communicate(b"\n")
    assert 60 <= with_servers / MIB < 110
    assert without < MIB


def test_one_that_starts_counts_as_it_will_be() -> None:
    """Each program has a process for each session and each spare."""
    for memory in AgentMemory:
        assert expected_mb(PLAIN, memory) == memory.session_mb
        assert expected_mb(SERVED, memory) == memory.session_mb + PROGRAM_MB

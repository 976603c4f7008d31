"""Processes are found by what they inherit, at whatever moment one looks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest

from consumer.claude.processes import is_alive
from shared.processes.marked import environment_of, kill_marked, marked_processes

MARK = b"CAMPFIRE_TEST=one"
AGAIN = {"PATH": "/usr/bin:/bin", "AGAIN": 'exec sh -c "$AGAIN"'}
"""Who runs this begins a program without end."""


@contextmanager
def running(*command: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """The command, with these variables alone; killed and waited for in the end."""
    with subprocess.Popen(command, env=variables, stdin=PIPE, stdout=PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("more", [0, 600, 3_000])
def test_who_just_begins_another_program_is_seen(more: int) -> None:
    """For that moment Linux shows no environment: a tenth of such looks saw none. It lasts longer
    with one of many lines, which the kernel counts."""
    lines = {f"LINE_{number}": "of some length" for number in range(more)}
    names = {**AGAIN, **lines, "CAMPFIRE_TEST": "one"}
    with running("/bin/sh", "-c", 'exec sh -c "$AGAIN"', **names) as process:
        seen = [MARK in environment_of(process.pid) for _ in range(2_000)]
    assert all(seen)


def test_who_has_none_is_not_waited_for() -> None:
    """An empty environment, and a zombie's: nobody's, at once."""
    with running("/bin/sleep", "60") as process:
        assert environment_of(process.pid) == {b""}
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert environment_of(process.pid) == set()


def test_a_name_that_is_no_text_is_no_hindrance() -> None:
    """Any program gives itself its name (prctl(2)): half a character of UTF-8, here."""
    name = "import ctypes; ctypes.CDLL(None).prctl(15, b'\\xc3('); print(flush=True); input()"
    with running(sys.executable, "-c", name) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert b"\xc3(" in Path(f"/proc/{process.pid}/stat").read_bytes()
        assert environment_of(process.pid) == {b""}
        assert is_alive(process.pid)


def test_what_the_killed_have_started_meanwhile_is_killed_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A look's list is of its moment: one that starts behind it is found by the next."""
    with ExitStack() as started:
        late = list[subprocess.Popen[bytes]]()

        def kill(pid: int, number: int) -> None:
            if not late:
                late.append(started.enter_context(running("/bin/sleep", "60", CAMPFIRE_TEST="one")))
            os_kill(pid, number)

        os_kill = os.kill
        monkeypatch.setattr(os, "kill", kill)
        first = started.enter_context(running("/bin/sleep", "60", CAMPFIRE_TEST="one"))
        assert kill_marked(MARK)
        assert [it.wait(5) for it in (first, *late)] == [-9, -9]
        assert list(marked_processes({MARK})) == []

"""Find what a process left running outside its group, and end it even if the launcher is killed.

`python -m operate.launch.leftovers COOKIE SECONDS` is the guard: a small process beside the
launcher, whose death closes the guard's standard input.
"""

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from shared.processes.marked import kill_marked, marked_processes

COOKIE = "CAMPFIRE_LAUNCH"
"""Every process of one launch inherits this variable, and keeps it in whatever group it goes."""
POLL_SECONDS = 0.1


@contextmanager
def guarded(grace_seconds: float) -> Iterator[str]:
    """The cookie for the processes started in this block; what carries it ends with the block.

    If we are killed inside of it, the guard gives them `grace_seconds` and then ends them.
    """
    cookie = uuid.uuid4().hex
    guard = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", __name__, cookie, str(grace_seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,  # or whoever reads our output would wait for the guard
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield cookie
    finally:
        kill_leftovers(cookie)
        guard.communicate()


def guard(cookie: str, grace_seconds: float) -> None:
    """Wait for the launcher's end, then for that of its processes; kill those that are late."""
    sys.stdin.read()
    deadline = time.monotonic() + grace_seconds
    while any(marked_processes({_mark(cookie)})) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    kill_leftovers(cookie)


def kill_leftovers(cookie: str) -> None:
    """End all processes that carry the cookie."""
    kill_marked(_mark(cookie))


def _mark(cookie: str) -> bytes:
    return f"{COOKIE}={cookie}".encode()


if __name__ == "__main__":
    guard(sys.argv[1], float(sys.argv[2]))

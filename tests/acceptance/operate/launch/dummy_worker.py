# ruff: noqa: T201 - its lines are what the tests read
"""A worker of the Procfile, as bad as its arguments say: `orphans`, `stubborn`, `ping`.

It prints `pid N` for itself and for what it leaves behind, then `working`.
"""

import os
import signal
import subprocess
import sys
from types import FrameType

import redis

from shared.startup.environment import read_environment


def main(ways: list[str]) -> None:
    print("pid", os.getpid(), flush=True)
    if "orphans" in ways:
        leave_orphans()
    if "stubborn" in ways:
        signal.signal(signal.SIGTERM, lambda number, frame: print("not yet", flush=True))
    if "ping" in ways:
        signal.signal(signal.SIGTERM, ping_and_end)
    print("working", flush=True)
    while True:
        signal.pause()


def leave_orphans() -> None:
    """A child in our process group, and one that left it, as a tool of an agent may."""
    for own_session in (False, True):
        child = subprocess.Popen(["sleep", "600"], start_new_session=own_session)
        print("pid", child.pid, flush=True)


def ping_and_end(number: int, frame: FrameType | None) -> None:
    with redis.Redis.from_url(read_environment().values["REDIS_URL"]) as client:
        print("redis at the end:", client.ping(), flush=True)
    sys.exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])

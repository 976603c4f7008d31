"""Ports of the loopback that nobody else takes between the choice and the use."""

import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from pathlib import Path

LOWEST, EACH = 10_000, 1_000
"""Where the blocks begin, and how many ports each process has in its own."""


def next_free_port() -> int:
    """One of this process's block, which a server of a former test may still have held.

    What the kernel gives for port 0 it also gives to every client that connects: a server that
    started a moment later found its port taken.
    """
    return next(port for port in _block() if _is_free(port))


@cache
def _block() -> Iterator[int]:
    beyond = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for first in range(LOWEST, beyond - EACH, EACH):
        # Held until this process ends; no child of it inherits it.
        lock = os.open(Path(tempfile.gettempdir(), f"ports-{first}"), os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return cycle(range(first, first + EACH))
    raise RuntimeError("other processes have every block of ports")


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True

"""Ports of the loopback that nobody else takes between the choice and the use."""

import socket
from collections.abc import Iterator
from functools import cache
from itertools import cycle, islice
from pathlib import Path

LOWEST, EACH = 10_000, 1_000
"""Where the blocks begin, and how many ports each process has in its own."""


def next_free_port() -> int:
    """One of this process's block, which a server of a former test may still have held.

    What the kernel gives for port 0 it also gives to every client that connects: a server that
    started a moment later found its port taken.
    """
    return next(port for port in islice(_block(), EACH) if is_free(port))


def is_free(port: int) -> bool:
    """Whether nothing listens there."""
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False


@cache
def _block() -> Iterator[int]:
    beyond = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for first in range(LOWEST, beyond - EACH, EACH):
        try:
            # Whoever listens at a block's first port has the block, until its process ends.
            socket.create_server(("127.0.0.1", first)).detach()
        except OSError:
            continue
        return cycle(range(first + 1, first + EACH))
    raise RuntimeError("other processes have every block of ports")

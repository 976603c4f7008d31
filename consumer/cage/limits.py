"""What the kernel lets one process of a cage take, between two looks of the watch over them all.

Standard library alone: it is part of the wrapper.
"""

import os
import resource
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from shared.numbers import whole_number

MEMORY, FILES = "CAMPFIRE_AGENT_MEMORY_MB", "CAMPFIRE_AGENT_FILES_MB"
PROCESSES = "CAMPFIRE_AGENT_PROCESSES"
"""The lane's bounds, by environment."""
SERVER = "CAMPFIRE_MCP_SERVER"
"""What the cage of a bot's MCP server begins with, as bubblewrap's first argument."""
TIMES = 2
"""The kernel stops at so many times a bound: the watch is to see what was too much, and say so."""
PRLIMIT = "/usr/bin/prlimit"
"""Of util-linux, which each Debian has."""
PER_NAMESPACE = (5, 14)
"""The first Linux that counts a user's processes in each user namespace, and so in each cage, by
themselves; before, all the service's own would count too: setrlimit(2), `RLIMIT_NPROC`."""
LATER = 5
"""Added to the nice value, nice(2): the service and its watch over the cage come first."""
OPEN_FILES = 4096
"""Each may be a pipe, whose memory is no process's."""
LEAST_MEMORY_MB = 512
"""The CLI's own program, by which each command is started in its cage, asks for some 250."""
MIB = 1024 * 1024


def limit_this_process(environment: Mapping[str, str]) -> None:
    """Lower the limits of this process and all that it starts; nothing in it can raise them.

    Out of memory the kernel ends these processes first, not the service or other programs.
    """
    for kind, most in _limits(environment):
        hard = resource.getrlimit(kind)[1]
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (lower, lower))
    os.nice(LATER)
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")


def _limits(environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    yield resource.RLIMIT_CORE, 0
    yield resource.RLIMIT_NOFILE, OPEN_FILES
    if FILES in environment:
        yield resource.RLIMIT_FSIZE, int(environment[FILES]) * MIB
    if MEMORY in environment:
        # Twice: this counts what a program has asked for, of which it often uses a part. Not
        # RLIMIT_AS: node and Java ask for many gigabytes of addresses that they never fill.
        yield resource.RLIMIT_DATA, max(TIMES * int(environment[MEMORY]), LEAST_MEMORY_MB) * MIB


def with_few_processes(command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The command, started within its cage by what bounds how many processes it may become.

    Set outside the limit would count all of our user's. Of root the kernel counts none.
    """
    if PROCESSES not in environment or not _counted_by_the_cage():
        return list(command)
    most = TIMES * int(environment[PROCESSES])
    return [PRLIMIT, f"--nproc={most}:{most}", *command]


def _counted_by_the_cage() -> bool:
    major, minor, *_ = (whole_number(part) or 0 for part in _release())
    return os.getuid() != 0 and (major, minor) >= PER_NAMESPACE and os.access(PRLIMIT, os.X_OK)


def _release() -> list[str]:
    return [*os.uname().release.split("."), "", ""]

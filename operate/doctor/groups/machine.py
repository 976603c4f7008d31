"""The machine: memory for the agents, descriptors, cores."""

import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass

from consumer.agent.memory_share import (
    SESSION_MB,
    affordable_sessions,
    available_mb,
    sessions_share_mb,
)
from operate.doctor.finding import Finding, ok, warning

FEW_FILES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What it has."""

    memory_mb: int
    """The machine's, or the container's or unit's limit."""
    share_mb: int
    """What of it agents may take by default."""
    cores: int
    files: int
    """Descriptors that a process may have."""


def machine() -> Machine:
    """This one."""
    return Machine(
        memory_mb=available_mb(),
        share_mb=sessions_share_mb(),
        cores=len(os.sched_getaffinity(0)),
        files=resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    )


def machine_findings(found: Machine, wanted: int) -> Iterator[Finding]:
    """What is told of it; `wanted`: MAX_HOT_SESSIONS, 0 where it goes by the memory."""
    fit = affordable_sessions(found.share_mb)
    if found.share_mb < SESSION_MB:
        yield warning(
            f"{found.memory_mb} MiB of memory: one agent alone takes about {SESSION_MB}",
            "Give the machine or the container 512 MiB at least.",
        )
    elif wanted > fit:
        yield warning(
            f"MAX_HOT_SESSIONS is {wanted}, and {found.memory_mb} MiB of memory hold {fit} agents",
            f"Set MAX_HOT_SESSIONS to {fit} or leave it out: the kernel ends what takes more.",
        )
    else:
        yield ok(f"{found.memory_mb} MiB of memory, {found.cores} cores: {wanted or fit} agents")
    if 0 <= found.files < FEW_FILES:
        yield warning(
            f"a process may have {found.files} files open",
            f"Raise it (`ulimit -n {FEW_FILES}`, LimitNOFILE= of a unit): each caller needs one.",
        )

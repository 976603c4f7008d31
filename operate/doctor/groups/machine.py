"""The machine: memory for the agents, descriptors, cores."""

import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass

from consumer.agent.agent_memory import AgentMemory, Wanted, agent_memory
from consumer.agent.memory_share import affordable_sessions, available_mb, sessions_share_mb
from operate.doctor.finding import Finding, ok, warning

FEW_FILES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What it has."""

    memory_mb: int
    """The machine's, or the container's or unit's limit."""
    share_mb: int
    """What of it agents may take."""
    agents: AgentMemory
    """How they deal with it."""
    cores: int
    files: int
    """Descriptors that a process may have."""


def machine(wanted: Wanted, told_mb: int | None) -> Machine:
    """This one, with AGENT_MEMORY and SESSION_MEMORY_MB as they are set."""
    share_mb = sessions_share_mb(told_mb)
    return Machine(
        memory_mb=available_mb(),
        share_mb=share_mb,
        agents=agent_memory(wanted, share_mb),
        cores=len(os.sched_getaffinity(0)),
        files=resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    )


def machine_findings(found: Machine, wanted: int) -> Iterator[Finding]:
    """What is told of it; `wanted`: MAX_HOT_SESSIONS, 0 where it goes by the memory."""
    fit, each_mb = affordable_sessions(found.share_mb, found.agents), found.agents.session_mb
    if found.share_mb < each_mb:
        yield warning(
            f"{found.memory_mb} MiB of memory: one agent alone takes about {each_mb}",
            "Give the machine or the container 512 MiB at least.",
        )
    elif wanted > fit:
        yield warning(
            f"MAX_HOT_SESSIONS is {wanted}, and {found.memory_mb} MiB of memory hold {fit} agents",
            f"Set MAX_HOT_SESSIONS to {fit} or leave it out: the kernel ends what takes more.",
        )
    else:
        agents = f"{wanted or fit} {found.agents} agents"
        yield ok(f"{found.memory_mb} MiB of memory, {found.cores} cores: {agents}")
    if 0 <= found.files < FEW_FILES:
        yield warning(
            f"a process may have {found.files} files open",
            f"Raise it (`ulimit -n {FEW_FILES}`, LimitNOFILE= of a unit): each caller needs one.",
        )

"""How much memory there is, how much a process holds, and so how many sessions are affordable."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from consumer.agent.agent_memory import AgentMemory
from consumer.agent.cgroups import memory_limits
from consumer.cage.caged import is_server
from shared.bots import Bot
from shared.processes.memory import memory_of

PROGRAM_MB = 50
"""An MCP server that is a program, measured: 10 MB (bare Python) to 49 MB (the mcp package)."""
SHARE = 0.6
"""Of the machine's memory that sessions may take; the rest is Redis, Python, the page cache."""
MIB = 1024 * 1024


def affordable_sessions(limit_mb: int, memory: AgentMemory) -> int:
    """Hot sessions that fit into so many MiB; at least 1, at most 64."""
    return max(1, min(64, limit_mb // memory.session_mb))


def sessions_share_mb(told_mb: int | None = None) -> int:
    """What sessions may take, in MiB: as told (SESSION_MEMORY_MB), else their share of the
    machine's and the container's memory."""
    return told_mb or int(available_mb() * SHARE)


def available_mb() -> int:
    """The machine's memory or the container's or unit's limit, whichever is smaller, in MiB."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *memory_limits()]) // MIB


def expected_mb(bot: Bot, memory: AgentMemory) -> int:
    """What a session of the bot's will hold, in MiB, with the programs that are its alone."""
    programs = sum(bool(server.command) for server in bot.mcp_servers.values())
    return memory.session_mb + PROGRAM_MB * programs


def session_bytes(cli: int, bot: Bot) -> int:
    """What a session's processes alone hold, in bytes: its CLI, and each MCP server it started."""
    if not any(server.command for server in bot.mcp_servers.values()):
        return private_bytes(cli)
    programs = [pid for child in _children(cli) if is_server(child) for pid in _with_all(child)]
    return sum(map(private_bytes, [cli, *programs]))


def private_bytes(pid: int) -> int:
    """Memory the process alone holds, in bytes; 0 when it is gone or /proc is not there."""
    try:
        held = memory_of(pid)
    except OSError:
        return 0
    return held.resident - held.shared


def _with_all(pid: int) -> Iterator[int]:
    """The process and all that it started."""
    yield pid
    for child in _children(pid):
        yield from _with_all(child)


def _children(pid: int) -> list[int]:
    """Of each of its threads, as proc(5) has them; none where it is gone."""
    found = list[int]()
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, file.read_text(encoding="ascii").split())
    return found

"""What a child allows itself before it looks at anything that others wrote."""

import resource

from shared.processes.memory import memory_of

MIB = 1024 * 1024


def limit_this_process(memory_mb: int, *more: tuple[int, int]) -> None:
    """Let this process make no core, no file, and so many MiB of memory beside what it holds now.

    A forked one holds its parent's memory. Nothing in it can raise these bounds. `more`: further
    limits of the kernel's (setrlimit(2)), each with its most.
    """
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_DATA, memory_of().data + memory_mb * MIB),
        *more,
    ):
        resource.setrlimit(kind, (most, most))

"""bubblewrap's arguments as the CLI gives them, and what they leave open closed.

Why each (CLI 2.1.330, bwrap 0.8):
- /proc/sys and its like are writable for root, in a user namespace too: by `kernel/core_pattern`
  a command had the kernel start any program outside of the cage.
- Hidden folders and /dev are empty file systems in memory: what a command wrote there seemed to be
  kept, and took the machine's memory without a bound.
- System V shared memory, semaphores and message queues (sysvipc(7)) were the machine's: a command
  saw those of our user's other programs and of other lanes' commands, and what it put there stayed.
- The machine's name and its control groups are not a command's to change or to look through.
- Keyrings and more are reached by system calls alone: see system_calls.py.
"""

import os
from collections.abc import Iterator, Sequence

OF_THE_KERNEL = (
    *("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs"),
    *("/proc/acpi", "/proc/asound", "/proc/scsi", "/proc/mtrr"),
)
"""What container runtimes make read-only (the OCI runtimes' default list)."""
MASKED = (
    *("/proc/keys", "/proc/key-users", "/proc/kcore", "/proc/timer_list"),
    *("/proc/latency_stats", "/proc/sched_debug"),
)
"""What they hide: it tells of processes and keys outside of the cage."""
SHARED_MEMORY_BYTES = 64 * 1024 * 1024
"""Of /dev/shm, as container runtimes have it."""
OWN_NAMESPACES = ("--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")


def tightened(arguments: Sequence[str], calls: int) -> list[str]:
    """The arguments with ours put among the options; what follows `--` stays as it is.

    `calls` is an open file with the compiled filter of system calls.
    """
    end = arguments.index("--")
    options = list(arguments[:end])
    empty = [options[at + 1] for at, word in enumerate(options[:-1]) if word == "--tmpfs"]
    read_only = [word for folder in empty for word in ("--remount-ro", folder)]
    ours = [*read_only, *_of_the_kernel(options), *_devices(options), *OWN_NAMESPACES]
    # Beside a filter of the CLI's own, should it come to have one; `--seccomp` would replace it.
    ours += ["--add-seccomp-fd", str(calls)]
    return [*options, *ours, *arguments[end:]]


def _of_the_kernel(options: Sequence[str]) -> Iterator[str]:
    if "--proc" in options:
        for name in OF_THE_KERNEL:
            yield from ("--ro-bind-try", name, name)
        for name in filter(os.path.exists, MASKED):  # as bwrap can make no file in /proc
            yield from ("--ro-bind", os.devnull, name)


def _devices(options: Sequence[str]) -> Iterator[str]:
    if "--dev" in options:
        yield from ("--size", str(SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm")  # noqa: S108
        yield from ("--remount-ro", "/dev")

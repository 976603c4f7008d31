"""bubblewrap's arguments as the CLI gives them, and what they leave open closed.

Run as a program by `bin/bwrap`, with the standard library alone. Why each (CLI 2.1.330, bwrap 0.8):
- /proc/sys and its like are writable for root, in a user namespace too: by `kernel/core_pattern`
  a command had the kernel start any program outside of the cage.
- Hidden folders and /dev are empty file systems in memory: what a command wrote there seemed to be
  kept, and took the machine's memory without a bound.
- System V shared memory, semaphores and message queues (sysvipc(7)) were the machine's: a command
  saw those of our user's other programs and of other lanes' commands, and what it put there stayed.
"""

import os
import sys
from collections.abc import Iterator, Sequence

OF_THE_KERNEL = (
    *("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs"),
    *("/proc/acpi", "/proc/asound", "/proc/scsi", "/proc/mtrr"),
)
"""What container runtimes make read-only or mask (the OCI runtimes' default list)."""
SHARED_MEMORY_BYTES = 64 * 1024 * 1024
"""Of /dev/shm, as container runtimes have it."""


def tightened(arguments: Sequence[str]) -> list[str]:
    """The arguments with ours put among the options; what follows `--` stays as it is."""
    if "--" not in arguments:
        return list(arguments)  # --version and the like
    end = arguments.index("--")
    options = list(arguments[:end])
    empty = [options[at + 1] for at, word in enumerate(options[:-1]) if word == "--tmpfs"]
    read_only = [word for folder in empty for word in ("--remount-ro", folder)]
    ours = [*read_only, *_of_the_kernel(options), *_devices(options), "--unshare-ipc"]
    return [*options, *ours, *arguments[end:]]


def _of_the_kernel(options: Sequence[str]) -> Iterator[str]:
    if "--proc" in options:
        for name in OF_THE_KERNEL:
            yield from ("--ro-bind-try", name, name)


def _devices(options: Sequence[str]) -> Iterator[str]:
    if "--dev" in options:
        yield from ("--size", str(SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm")  # noqa: S108
        yield from ("--remount-ro", "/dev")


def _real(own: str) -> str:
    """The next bwrap on the PATH; raises FileNotFoundError where there is none."""
    ours = os.path.realpath(own)
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = os.path.join(folder, "bwrap")
        if os.path.realpath(found) != ours and os.access(found, os.X_OK):
            return found
    raise FileNotFoundError("bwrap")


if __name__ == "__main__":
    program = _real(sys.argv[1])
    os.execv(program, [program, *tightened(sys.argv[2:])])  # noqa: S606 - no shell wanted

"""CPU time of another process, to the nanosecond."""

import time

_SCHEDULER = 2
"""CPUCLOCK_SCHED (Linux, `include/linux/posix-timers.h`; glibc's clock_getcpuclockid(3))."""


def cpu_s(pid: int) -> float:
    """What a process has used so far, all its threads together.

    What `/proc` and psutil tell is in ticks of 10 ms: a bare server answers 300 requests in one.
    """
    return time.clock_gettime(~pid << 3 | _SCHEDULER)

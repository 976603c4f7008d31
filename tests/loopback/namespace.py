"""A network namespace in which there is `lo` and nothing else, for this process and its children.

What the tests start (the CLI, MCP servers, browsers, shells) has nowhere to send anything. Root may
make one; anybody else makes a user namespace around it, in which they keep their own id. Where the
kernel or a container allows neither, there is only the guard.
"""

import ctypes
import fcntl
import os
import socket
import struct
from contextlib import suppress
from pathlib import Path

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40


def enter() -> None:
    """Go in, with what this process starts from now on; harmless twice.

    Raises OSError where it is not allowed, and this process is where it was. Threads that run
    already stay outside: call it before there are any.
    """
    if is_alone():
        return
    if os.geteuid() == 0:
        _unshare(CLONE_NEWNET)
    else:
        _enter_as_somebody(os.geteuid(), os.getegid())
    _raise_lo()


def enter_if_allowed() -> None:
    """The same where it is allowed; elsewhere this process and its children keep the network."""
    with suppress(OSError):
        enter()


def is_alone() -> bool:
    """Whether this process sees `lo` and nothing else."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def _enter_as_somebody(user: int, group: int) -> None:
    _unshare(CLONE_NEWUSER | CLONE_NEWNET)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _unshare(flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"no network namespace of its own: {os.strerror(code)}")


def _raise_lo() -> None:
    request = struct.pack("16sH14x", b"lo", IFF_UP | IFF_RUNNING)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, request)

"""Whatever of our process would reach another machine fails the test, with a sentence.

An audit hook of Python's: it sees every socket, of asyncio too, and cannot be taken away. What is
not Python's (uvloop, a child) the namespace holds.
"""

import socket
import sys
from ipaddress import ip_address
from typing import Any

CALLS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
LOCAL_FAMILIES = {socket.AF_UNIX, getattr(socket, "AF_NETLINK", socket.AF_UNIX)}
SENTENCE = "a test tried to reach {where}: tests talk to this machine alone (tests/loopback)"

_tried: list[str] = []


class LeavesThisMachine(AssertionError):
    """A test tried to reach {where}: tests talk to this machine alone."""

    def __init__(self, where: str) -> None:
        super().__init__(SENTENCE.format(where=where))


def install() -> None:
    """From here on, for as long as this process lives."""
    sys.addaudithook(_watch)


def tried() -> list[str]:
    """Where to somebody tried since the last call, also where the error was swallowed."""
    found = _tried[:]
    _tried.clear()
    return found


def is_local(host: str) -> bool:
    """Whether an address, or one of the names that need no resolver, is this machine."""
    if host in {"", "localhost"}:
        return True
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or address.is_unspecified or bool(mapped and mapped.is_loopback)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in CALLS:
        _check_call(*arguments[:2])
    elif event == "socket.getaddrinfo":
        _check_name(arguments[0])


def _check_call(sock: socket.socket, address: Any) -> None:
    """`address` is None where the socket was connected before."""
    if address is None or sock.family in LOCAL_FAMILIES:
        return
    if sock.family in (socket.AF_INET, socket.AF_INET6) and is_local(_text(address[0])):
        return
    _refuse(f"{address!r}")


def _check_name(host: Any) -> None:
    """An address is looked up nowhere; a name's look-up is traffic already."""
    name = _text(host or "")
    if not is_local(name) and not _is_address(name):
        _refuse(f"the resolver, for {name!r}")


def _is_address(name: str) -> bool:
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def _text(host: str | bytes) -> str:
    return host.decode(errors="replace") if isinstance(host, bytes) else host


def _refuse(where: str) -> None:
    _tried.append(where)
    raise LeavesThisMachine(where)

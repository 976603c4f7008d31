"""What would leave this machine fails; what stays on it does not."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.loopback.guard import LeavesThisMachine, is_local, tried

ROOT = Path(__file__).parents[2]
ELSEWHERE = "192.0.2.1"
"""Of the block that is for documentation: nobody has it."""


def by_tcp() -> None:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        probe.connect((ELSEWHERE, 80))


def by_connect_ex() -> None:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        probe.connect_ex((ELSEWHERE, 80))


def by_tcp_6() -> None:
    with socket.socket(socket.AF_INET6) as probe:
        probe.settimeout(0.2)
        probe.connect(("2001:db8::1", 80))


def by_udp() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.sendto(b"x", (ELSEWHERE, 53))


def by_udp_message() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.sendmsg([b"x"], [], 0, (ELSEWHERE, 53))


def by_name() -> None:
    socket.getaddrinfo("campfire.example.com", 80)


def to_the_metadata_service() -> None:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        probe.connect(("169.254.169.254", 80))


@pytest.mark.parametrize(
    "reach",
    [
        by_tcp,
        by_connect_ex,
        by_tcp_6,
        by_udp,
        by_udp_message,
        by_name,
        to_the_metadata_service,
    ],
)
def test_a_socket_to_elsewhere_fails(reach: Callable[[], None]) -> None:
    """Before a byte is sent, whatever the call."""
    with pytest.raises(LeavesThisMachine, match="tests talk to this machine alone"):
        reach()
    assert tried()


async def open_connection() -> None:
    await asyncio.open_connection(ELSEWHERE, 80)


async def get_by_httpx() -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=0.2) as client:
        await client.get(f"http://{ELSEWHERE}/")


async def get_by_name() -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=0.2) as client:
        await client.get("http://campfire.example.com/")


@pytest.mark.parametrize("reach", [open_connection, get_by_httpx, get_by_name])
async def test_so_does_what_is_built_on_it(reach: Callable[[], Awaitable[None]]) -> None:
    """asyncio's sockets and httpx's are the same ones; httpx's come out of a group of tasks."""
    with pytest.raises((LeavesThisMachine, ExceptionGroup), match=r"tests talk to|TaskGroup"):
        await reach()
    assert tried()


def test_an_error_that_is_swallowed_is_remembered(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code that catches everything does not hide it: the test fails at its end."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest(
        "from tests.conftest import _stays_on_this_machine, pytest_configure\n"
        "__all__ = ['_stays_on_this_machine', 'pytest_configure']\n"
    )
    pytester.makepyfile(
        "import socket\n"
        "def test_it():\n"
        "    try:\n"
        f"        socket.create_connection(('{ELSEWHERE}', 80), 0.2)\n"
        "    except BaseException:\n"
        "        pass\n"
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"*a test tried to reach *{ELSEWHERE}*"])


def test_this_machine_is_reached(tmp_path: Path) -> None:
    """Loopback by TCP and UDP, and Unix sockets."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(("127.0.0.1", server.getsockname()[1])):
            pass
        with socket.socket(type=socket.SOCK_DGRAM) as probe:
            probe.sendto(b"x", ("127.0.0.2", 9))
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        client.connect(str(tmp_path / "s"))
    with suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.connect(("::1", 9))
    assert not tried()


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "0.0.0.0"]
)
def test_these_are_local(host: str) -> None:
    """What Linux takes for itself."""
    assert is_local(host)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "::ffff:10.0.0.1", "fe80::1%lo", "127.0.0.1.example", "example.com"]
)
def test_these_are_not(host: str) -> None:
    """Also what only looks so."""
    assert not is_local(host)

"""What tests start sees `lo` alone, wherever that can be had."""

import errno
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loopback import namespace
from tests.loopback.namespace import enter, is_alone

SHOW = """
import errno, json, socket
probe = socket.socket()
probe.settimeout(1)
names = [name for _, name in socket.if_nameindex()]
print(json.dumps({"names": names, "error": probe.connect_ex(("192.0.2.1", 80))}))
"""

SOMEBODY = """
is_alone = lambda: False
enter()
print(os.getuid(), os.getgid(), [name for _, name in socket.if_nameindex()])
"""


def test_a_child_has_nowhere_to_go() -> None:
    """A process without our guard finds one interface, and no way to anywhere.

    Where no namespace may be made that is shown, and the guard is all there is.
    """
    if not is_alone():
        with pytest.raises(OSError, match="no network namespace"):
            enter()
        return
    shown = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, check=True)
    assert json.loads(shown.stdout) == {"names": ["lo"], "error": errno.ENETUNREACH}


def test_its_loopback_works() -> None:
    """`lo` is up, also for IPv6."""
    for host in ("127.0.0.1", "::1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, 0), family=family) as server:
            socket.create_connection(server.getsockname()[:2], 2).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else to try it")
def test_somebody_else_than_root_keeps_their_id() -> None:
    """Their namespace is around a user namespace in which they are who they were."""
    script = Path(namespace.__file__).read_text() + SOMEBODY
    done = subprocess.run(
        # Not ours, which may lie in a folder of root's.
        ["/usr/bin/python3", "-c", script],
        user=12345,
        group=12345,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
    )
    assert done.stdout == "12345 12345 ['lo']\n", done.stderr

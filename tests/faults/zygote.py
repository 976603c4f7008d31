"""Forks the service's processes from one that has imported them: a start costs 20 ms, not 2 s.

`python -m tests.faults.zygote` reads orders, a JSON line each, from standard input, and writes
`{"id", "pid"}` and later `{"id", "code"}`. When its input ends, or it dies, all its children do.
"""

import ctypes
import importlib
import json
import os
import selectors
import signal
import sys
from contextlib import suppress
from typing import Any

from shared import kill_points
from tests.faults import consumer, ingress

ROLES = {"consumer": consumer.main, "ingress": ingress.main}
_PR_SET_PDEATHSIG = 1
_ORDERS = os.fdopen(0, "rb", buffering=0)
"""Unbuffered: an order in a buffer would be one that select does not see."""


def main() -> None:
    """Serve orders until standard input ends."""
    children: dict[int, int] = {}
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as selector:
        selector.register(_ORDERS, selectors.EVENT_READ)
        selector.register(reader, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if reader in ready:
                os.read(reader, 4096)
                _reap(children)
            if _ORDERS in ready and not _obey(children):
                break
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _obey(children: dict[int, int]) -> bool:
    line = _ORDERS.readline()
    if not line:
        return False
    order = json.loads(line)
    pid = os.fork()
    if pid == 0:
        _become(order)
    children[pid] = order["id"]
    _tell(id=order["id"], pid=pid)
    return True


def _become(order: dict[str, Any]) -> None:
    """In the child: be that process, and never return."""
    code = 70
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(log, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(order["env"])
        importlib.reload(kill_points)  # read KILL_AT again: it was imported before the fork
        ROLES[order["role"]]()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - as the interpreter itself would
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _reap(children: dict[int, int]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        _tell(id=children.pop(pid), code=os.waitstatus_to_exitcode(status))


def _tell(**words: int) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

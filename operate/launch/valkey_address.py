"""Where an embedded Valkey listens: a Unix socket, or a loopback port with a password."""

import os
import secrets
import socket as sockets
from contextlib import suppress
from functools import cached_property
from pathlib import Path

HOST = "127.0.0.1"


class ValkeyAddress:
    """Of the server over one folder; without a `socket`, port 0 becomes a free one by `settle`."""

    def __init__(self, folder: Path, port: int, socket: Path | None) -> None:
        self.port, self.socket = port, socket
        self._folder = folder

    @property
    def url(self) -> str:
        """Where clients connect."""
        if self.socket:
            return f"unix://{self.socket}"
        return f"redis://:{self._password}@{HOST}:{self.port}/0"

    @property
    def options(self) -> dict[str, str]:
        """The lines of the server's configuration that say where it listens."""
        if self.socket is None:
            return {"bind": HOST, "port": str(self.port)}
        return {"port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700"}

    @property
    def secret_options(self) -> bytes:
        """What it reads from its standard input: an argument would be for everybody to see."""
        return b"" if self.socket else f"requirepass {self._password}\n".encode()

    def settle(self) -> None:
        """Take a free port, where none was named."""
        if self.socket is None and self.port == 0:
            self.port = _free_port()

    def connect(self) -> sockets.socket:
        """A connection, not authenticated yet; raises OSError where nobody listens."""
        if self.socket is None:
            return sockets.create_connection((HOST, self.port), timeout=1)
        connection = sockets.socket(sockets.AF_UNIX)
        try:
            connection.settimeout(1)
            connection.connect(str(self.socket))
        except OSError:
            connection.close()
            raise
        return connection

    def is_answered_by(self, pid: int) -> bool:
        """Whether this very process answers PONG; while it loads its log it says `-LOADING`."""
        try:
            with self.connect() as connection, connection.makefile("rb") as answers:
                if self.socket is None:
                    connection.sendall(f"AUTH {self._password}\r\n".encode())
                    answers.readline()
                connection.sendall(b"PING\r\nINFO server\r\nQUIT\r\n")
                ready = answers.readline().startswith(b"+PONG")
                return ready and b"process_id:%d\r\n" % pid in answers.readlines()
        except OSError:
            return False

    @cached_property
    def _password(self) -> str:
        file = self._folder / "password"
        with suppress(FileNotFoundError):
            if kept := file.read_text(encoding="ascii"):
                return kept
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(made := secrets.token_urlsafe(32), encoding="ascii")
        draft.replace(file)
        return made


def _free_port() -> int:
    with sockets.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port

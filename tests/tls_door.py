"""A port that speaks TLS to whoever begins with it, and plainly to all others.

The Valkey that the tests have was built without TLS: sentinels and servers find each other plainly
at the same address at which a client finds them over TLS.
"""

import socket
import ssl
from contextlib import suppress
from select import select
from threading import Thread

HOST = "127.0.0.1"
_HANDSHAKE = b"\x16"


class TlsDoor:
    """Stands before the server behind it, from now on until `close`."""

    def __init__(self, port: int, behind: int, context: ssl.SSLContext) -> None:
        self.handshakes = 0
        """Connections over TLS so far."""
        self._behind, self._context = behind, context
        self._listener = socket.create_server((HOST, port))
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # ends the thread's accept
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                Thread(target=self._lead_in, args=(client,), daemon=True).start()

    def _lead_in(self, client: socket.socket) -> None:
        with client, suppress(OSError):  # either side hung up, or took the other for somebody else
            speaks_tls = client.recv(1, socket.MSG_PEEK) == _HANDSHAKE
            with self._spoken(client, speaks_tls) as inside:
                self.handshakes += speaks_tls
                with socket.create_connection((HOST, self._behind)) as server:
                    _pass_on(inside, server)

    def _spoken(self, client: socket.socket, speaks_tls: bool) -> socket.socket:
        return self._context.wrap_socket(client, server_side=True) if speaks_tls else client


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    while True:
        ready, _, _ = select([one, other], [], [])
        for source, sink in ((one, other), (other, one)):
            if source in ready:
                said = source.recv(1 << 16)
                if not said:
                    return
                sink.sendall(said)

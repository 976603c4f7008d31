"""An answer's body comes with its head: what is accepted sends small writes at once."""

import socket
from collections.abc import Callable

import pytest

from ingress.__main__ import listen as ingress_listens
from sandbox.listening import listen as stand_ins_listen


@pytest.mark.parametrize(
    "listen", [lambda host: ingress_listens(host, 0, 1), stand_ins_listen], ids=["ours", "theirs"]
)
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_what_is_accepted_sends_at_once(listen: Callable[[str], socket.socket], host: str) -> None:
    """asyncio sees to that for sockets alone that it made itself."""
    with listen(host) as listener, socket.create_connection(listener.getsockname()[:2]):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

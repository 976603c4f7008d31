"""Where the stand-ins listen."""

import socket


class AddressInUse(Exception):
    """{host}:{port} is in use: set SANDBOX_PORT to another port, or stop what listens there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"The sandbox cannot listen on {host}:{port}, which is in use: "
            f"set SANDBOX_PORT to another port, or stop what listens there."
        )


def listen(host: str, port: int = 0) -> socket.socket:
    """`port` 0 takes a free port; raises AddressInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections inherit it. asyncio sets it for sockets of its own making alone, and without it an
    # answer's body waits for the late acknowledgement of its head: 40 ms that no Campfire takes.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # whoever is told of it before it is served waits, and is not refused
    except OSError as error:
        listener.close()
        raise AddressInUse(host, port) from error
    return listener

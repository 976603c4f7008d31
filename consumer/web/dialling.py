"""Connections to checked addresses only: a name is resolved once, and what was checked is dialled.

Nobody resolves it again in between, so a name that changes what it says (DNS rebinding) gains
nothing.
"""

import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence

import anyio.to_thread
import httpcore
from anyio import CapacityLimiter

from consumer.toolboxes import ToolFailed
from consumer.web.addresses import is_public

Resolver = Callable[[str], Awaitable[Sequence[str]]]
"""A name's addresses; raises OSError where there are none."""
Dialler = Callable[[str, int, float | None], Awaitable[httpcore.AsyncNetworkStream]]
"""A connection to an address and port, within seconds; raises httpcore's errors."""

MOST_TRIED = 3
"""Addresses of a name, one after the other."""
NOT_PUBLIC = "That site lies in a private network, which is not for you to reach."
NO_SUCH_SITE = "There is no site of that name."


def resolver(most_at_once: int = 8) -> Resolver:
    """Asks the machine's resolver; one that hangs holds up nobody but who asks it."""
    places = CapacityLimiter(most_at_once)

    async def resolve(host: str) -> Sequence[str]:
        found = await anyio.to_thread.run_sync(
            lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM),
            abandon_on_cancel=True,
            limiter=places,
        )
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    return resolve


async def dial(address: str, port: int, timeout: float | None) -> httpcore.AsyncNetworkStream:
    """Connect to an address, which is no name that anything could resolve anew."""
    return await httpcore.AnyIOBackend().connect_tcp(address, port, timeout)


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """What httpcore connects through; raises ToolFailed for a name that leads inside."""

    def __init__(self, resolve: Resolver, dial: Dialler) -> None:
        self._resolve = resolve
        self._dial = dial

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first of the name's addresses that answers."""
        del local_address, socket_options
        addresses = await self._checked(host)
        for address in addresses[:-1]:
            try:
                return await self._dial(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._dial(addresses[-1], port, timeout)

    async def _checked(self, host: str) -> Sequence[str]:
        """All must be public: a name that says both is up to something."""
        try:
            addresses = await self._resolve(host)
        except (OSError, UnicodeError):
            raise ToolFailed(NO_SUCH_SITE) from None
        if not addresses:
            raise ToolFailed(NO_SUCH_SITE)
        if not all(map(is_public, addresses)):
            raise ToolFailed(NOT_PUBLIC)
        return addresses[:MOST_TRIED]

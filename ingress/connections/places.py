"""Who may stay connected: when it is full, whoever has waited longest without a request goes."""

from collections.abc import Hashable
from typing import Protocol

MOST_BYTES = 64 * 1024 * 1024
"""Of requests that are not answered yet, all together."""


class Guest(Hashable, Protocol):
    """A connection, from its first moment on."""

    peer: str
    """Its address."""

    def hang_up(self) -> None:
        """End it now, without an answer."""


class Places:
    """Counts connections, and hangs up on some when there are too many.

    Streams have a count of their own (ingress.live.hub).
    """

    def __init__(self, most: int, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._held: dict[Guest, int] = {}
        """Everybody who is here, and how many bytes of a request they have sent."""
        self._bytes = 0
        self._waiting: dict[Guest, None] = {}
        """Without a complete request, in the order in which they came to be so."""
        self._by_peer: dict[str, dict[Guest, None]] = {}
        """Everybody, by address, in the same order."""

    def __len__(self) -> int:
        return len(self._held)

    def waits(self, guest: Guest) -> None:
        """Note a guest without a complete request, new or just answered; it gives up its bytes.

        Somebody goes when there are too many, or too many of one address: with nobody else
        without a request, the newcomer.
        """
        self.leaves(guest)
        self._held[guest] = 0
        self._waiting[guest] = None
        of_peer = self._by_peer.setdefault(guest.peer, {})
        of_peer[guest] = None
        if len(of_peer) > self._most // 2:
            self._end(next(other for other in of_peer if other in self._waiting))
        elif len(self._held) > self._most:
            self._end(next(iter(self._waiting)))

    def sends(self, guest: Guest, size: int) -> None:
        """Note so many bytes more of a guest; with too many of all, who has sent most goes."""
        if guest not in self._held:
            return
        self._held[guest] += size
        self._bytes += size
        while self._bytes > self._most_bytes and self._waiting:
            self._end(max(self._waiting, key=self._held.__getitem__))

    def is_answered(self, guest: Guest) -> None:
        """Note that its request is complete: it stays until it has its answer."""
        self._waiting.pop(guest, None)

    def leaves(self, guest: Guest) -> None:
        """Forget a guest that is gone, or a stream now; harmless twice."""
        self._bytes -= self._held.pop(guest, 0)
        self._waiting.pop(guest, None)
        of_peer = self._by_peer.get(guest.peer, {})
        of_peer.pop(guest, None)
        if not of_peer:
            self._by_peer.pop(guest.peer, None)

    def _end(self, guest: Guest) -> None:
        self.leaves(guest)
        guest.hang_up()

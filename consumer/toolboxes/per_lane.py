"""Places that all lanes share: of each lane so few wait for them that no other is kept waiting."""

from asyncio import Semaphore
from weakref import WeakValueDictionary

from shared.lane import Lane


class PerLane:
    """So many calls of each lane at once; a turn may make dozens, side by side."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._places: WeakValueDictionary[Lane, Semaphore] = WeakValueDictionary()
        """Of lanes that have a call: whoever waits or works holds its own."""

    def of(self, lane: Lane) -> Semaphore:
        """The lane's own bound; hold it before any place that other lanes want too."""
        return self._places.setdefault(lane, Semaphore(self._at_once))

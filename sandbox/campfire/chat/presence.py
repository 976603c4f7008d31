"""Who has which room open now: they get no unread mark and no push (a103)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Presence:
    """The open pages, by room and person."""

    def __init__(self) -> None:
        self._open: Counter[tuple[int, int]] = Counter()

    @contextmanager
    def looking(self, room_id: int, person_id: int) -> Iterator[None]:
        """Somebody has this room open until the block ends."""
        self._open[room_id, person_id] += 1
        try:
            yield
        finally:
            self._open[room_id, person_id] -= 1

    def is_there(self, room_id: int, person_id: int) -> bool:
        """Whether somebody has a room open."""
        return self._open[room_id, person_id] > 0

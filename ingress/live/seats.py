"""How many may watch: in all, one lane, by one link. No link can take the operator's seats."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import TooManyWatchers
from shared.lane import Lane

OF_A_LANE, OF_A_LINK = 100, 20
"""By links; fewer where there are few seats in all."""


class Seats:
    """Counts who watches; `link` is what tells one link from another, empty for an operator."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._of_links = most - max(1, most // 10)
        self._of_a_lane = min(OF_A_LANE, max(1, most // 2))
        self._of_a_link = min(OF_A_LINK, max(1, most // 8))
        self.taken = 0
        self._by_lane: Counter[Lane] = Counter()
        self._by_link: Counter[str] = Counter()

    @contextmanager
    def take(self, lane: Lane, link: str) -> Iterator[None]:
        """Sit for as long as this lasts; raises TooManyWatchers."""
        if self.taken >= self._most or (link and not self._has_room_for(lane, link)):
            raise TooManyWatchers
        self._count(lane, link, 1)
        try:
            yield
        finally:
            self._count(lane, link, -1)

    def _has_room_for(self, lane: Lane, link: str) -> bool:
        return (
            self._by_link.total() < self._of_links
            and self._by_lane[lane] < self._of_a_lane
            and self._by_link[link] < self._of_a_link
        )

    def _count(self, lane: Lane, link: str, by: int) -> None:
        self.taken += by
        if link:
            self._by_lane[lane] += by
            self._by_link[link] += by
            # Unary plus drops what counts nothing any more.
            self._by_lane, self._by_link = +self._by_lane, +self._by_link

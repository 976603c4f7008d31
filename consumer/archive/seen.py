"""What this process has seen of the sessions that are on record, for the statistics alone."""

from collections.abc import Iterator, Sequence

from consumer.archive.records import SessionRecord
from shared.lane import Lane

MOST_SEEN = 300
"""More than are ever listed, and hot at once: what is told of them all is their number."""


class Seen:
    """The records that were used last, as far as this process has seen, and how many there are."""

    def __init__(self) -> None:
        self.count = 0
        """How many are on record, with those that were not looked at."""
        self._records: dict[Lane, SessionRecord] = {}

    def __iter__(self) -> Iterator[SessionRecord]:
        """The newest first."""
        return reversed(self._records.values())

    def look(self, newest: Sequence[SessionRecord], count: int) -> None:
        """Take in what is on record now: the newest, newest first, and how many there are."""
        self._records = {record.lane: record for record in reversed(newest)}
        self.count = count

    def saved(self, record: SessionRecord, *, is_new: bool) -> None:
        """Note that this record was saved."""
        self._records.pop(record.lane, None)
        self._records[record.lane] = record
        self.count += is_new
        if len(self._records) > MOST_SEEN:
            del self._records[next(iter(self._records))]

    def gone(self, lane: Lane) -> None:
        """Note that the lane's record was deleted."""
        self._records.pop(lane, None)
        self.count = max(0, self.count - 1)

"""A timetable: times that come again, in a zone, right where its clocks are changed.

By cronsim, which follows Debian's cron: a time that a change of the clocks leaves out comes right
after the change; one that it brings twice comes once, the first time. What comes every so many
minutes goes on through both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice, pairwise
from typing import Self

from cronsim import CronSim, CronSimError

from shared.times.plain_times import EXAMPLES, as_cron

CLOSEST = timedelta(minutes=10)
"""Between two times: each is a turn, which costs money and a post."""
_LOOKED_AT = 500
_FIELDS = 5
_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When something comes again, as it was said: in plain words or as cron."""

    said: str

    @classmethod
    def parse(cls, said: str) -> Self:
        """The timetable; raises ValueError with the end of a sentence about it."""
        table = cls(said.strip())
        times = table._times(_SOME_DAY)
        first = list(islice(times, _LOOKED_AT))
        if not first:
            raise ValueError(f"is {table.said!r}, which never comes")
        gaps = (later - time for time, later in pairwise(first))
        if min(gaps, default=CLOSEST) < CLOSEST:
            least = CLOSEST // timedelta(minutes=1)
            raise ValueError(f"is {table.said!r}: there must be {least} minutes between two times")
        return table

    def all_after(self, at_ms: int, zone: tzinfo) -> Iterator[int]:
        """The times after this one, in ms since the epoch."""
        begin = datetime.fromtimestamp(at_ms / 1000, zone)
        yield from (round(time.timestamp() * 1000) for time in self._times(begin))

    def _times(self, begin: datetime) -> Iterator[datetime]:
        """Raises ValueError for what is no timetable."""
        cron = as_cron(self.said) or self.said
        if len(cron.split()) != _FIELDS:
            raise ValueError(f"is {self.said!r}, which is no time: say {EXAMPLES}")
        try:
            return CronSim(cron, begin)
        except CronSimError as error:
            raise ValueError(f"is {self.said!r}, which is no time ({error})") from error

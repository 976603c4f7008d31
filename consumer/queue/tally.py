"""Counts what this consumer completed, failed and gave back, for arq's health key."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any


class Tally:
    """Counts from the consumer's start; `line` is written at each beat of the heart."""

    def __init__(self, ongoing: Callable[[], int]) -> None:
        self._ongoing = ongoing
        self._complete = self._failed = self._retried = 0

    def settled(self, ending: Mapping[str, Any]) -> None:
        """A message has ended; as in arq's result, whatever was not answered has failed."""
        if ending["outcome"] == "completed":
            self._complete += 1
        else:
            self._failed += 1

    def postponed(self) -> None:
        """A message was given back; a drain's counts for arq as much as a failure's."""
        self._retried += 1

    def line(self) -> str:
        """arq's own words (`Worker.record_health`), but for the number queued, which Redis adds."""
        return (
            f"{datetime.now().astimezone():%b-%d %H:%M:%S} j_complete={self._complete} "
            f"j_failed={self._failed} j_retried={self._retried} j_ongoing={self._ongoing()}"
        )

"""Tells a room that MCP servers of its bot do not serve: once for each time that one fails."""

from collections.abc import Iterable, Iterator

from consumer.mcp.board import Missing
from shared.lane import Lane


class Outages:
    """Remembers what was told where; after a restart a room may hear of one that lasts again."""

    def __init__(self) -> None:
        self._told: dict[tuple[Lane, str], float] = {}

    def news(self, lane: Lane, missing: Iterable[Missing]) -> list[Missing]:
        """The missing servers that the room was not told of yet; now it is."""
        return list(self._news(lane, missing))

    def _news(self, lane: Lane, missing: Iterable[Missing]) -> Iterator[Missing]:
        for it in missing:
            if self._told.get((lane, it.server)) != it.since:
                self._told[lane, it.server] = it.since
                yield it

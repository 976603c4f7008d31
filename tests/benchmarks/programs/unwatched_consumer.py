"""`python -m tests.benchmarks.programs.unwatched_consumer`: the real consumer, its live stream left
out."""

from consumer.__main__ import main
from consumer.composition import consumer
from consumer.live.broadcast import Broadcast
from shared.between_processes.live_events import LiveEvent
from shared.lane import Lane
from shared.startup.process import exit_on_bad_configuration


class ToNobody(Broadcast):
    """Tells nothing."""

    def tell(self, lane: Lane, event: LiveEvent, *, soon: bool = True) -> None:
        """Drop it."""


if __name__ == "__main__":
    consumer.Broadcast = ToNobody  # type: ignore[attr-defined]
    exit_on_bad_configuration(main)

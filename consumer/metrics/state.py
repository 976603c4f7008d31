"""What is so at this moment, asked when somebody scrapes: sessions, slots, the lease, the loop."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from shared.between_processes.service_status import ServiceStatus

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Collector):
    """Reads what the loop last wrote; it asks nobody and so holds up nothing."""

    status: Callable[[], ServiceStatus]
    running: Callable[[], int]
    slots: int
    renewed_s: Callable[[], float | None]
    """When the lease was last renewed, by the monotonic clock; None: it is another's."""
    lag_s: Callable[[], float]
    """How late the event loop was the last time it was due."""

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        status = self.status()
        renewed_s = self.renewed_s()
        yield _gauge("consumer_up", "This consumer owns the queue.", renewed_s is not None)
        if renewed_s is not None:
            age_s = max(0.0, time.monotonic() - renewed_s)
            yield _gauge("lease_age_seconds", "Since the lease was last renewed.", age_s)
        yield _gauge("event_loop_lag_seconds", "How late the loop was last.", self.lag_s())
        yield _gauge("turns_running", "Messages that run now.", self.running())
        yield _gauge("turn_slots", "Turns that may run at once.", self.slots)
        yield from _sessions(status)


def _sessions(status: ServiceStatus) -> Iterator[Metric]:
    yield _gauge("sessions_hot", "Clients that are connected to a lane.", status.active_sessions)
    yield _gauge("sessions_busy", "Of these, with a turn.", status.busy_sessions)
    yield _gauge("sessions_warm", "Conversations that can be resumed.", status.warm_sessions)
    yield _gauge("sessions_spare", "Clients without a lane yet.", status.spares)
    yield _gauge("session_memory_bytes", "Held by all clients.", status.memory_mb * MIB)
    yield _gauge("session_memory_limit_bytes", "They may hold.", status.max_memory_mb * MIB)


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"campfire_{name}", says, value=value)

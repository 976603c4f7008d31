"""What the web process counts of itself, for a Prometheus: docs/operations/metrics.md."""

from prometheus_client import Counter, Gauge

DELIVERIES = Counter(
    "campfire_deliveries",
    "Campfire's deliveries: accepted, duplicate, full, ignored, looping, limited, spooled, lost, "
    "refused.",
    ["bot", "outcome"],
)
LAST_DELIVERY = Gauge(
    "campfire_last_delivery_timestamp_seconds", "When Campfire last delivered to it.", ["bot"]
)
EVENTS = Counter(
    "campfire_events",
    "What programs outside sent: accepted, duplicate, full, limited, spooled, lost, refused.",
    ["bot", "outcome"],
)
SPOOLED = Gauge("campfire_spool_messages", "Messages on this disk that wait for Redis.")
REDIS_UP = Gauge("campfire_redis_up", "Redis takes writes.")
REDIS_MEMORY = Gauge(
    "campfire_redis_used_memory_ratio", "Used memory by maxmemory; 0 without a maximum."
)
WAITING = Gauge("campfire_messages_waiting", "Messages that wait for their turn.")
LANES_WAITING = Gauge("campfire_lanes_waiting", "Lanes in which something waits that does not run.")
OLDEST = Gauge(
    "campfire_oldest_waiting_seconds", "How long the oldest message waits, pauses left out."
)
DEAD = Gauge("campfire_dead_letters", "Messages that nobody could answer.")


def delivered(bot: str, outcome: str) -> None:
    """A delivery for a bot that takes part has come to this."""
    DELIVERIES.labels(bot, outcome).inc()
    LAST_DELIVERY.labels(bot).set_to_current_time()


def refused() -> None:
    """A delivery that nobody knows whose it is: there is no bot to name."""
    DELIVERIES.labels("", "refused").inc()

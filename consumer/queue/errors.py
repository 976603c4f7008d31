"""What can go wrong between a consumer and its queue.

QueueError
├── Fenced          the claim was lost: another attempt runs, write and post nothing more
├── LeaseLost       another consumer owns the queue now: this process ends
└── Stalled         a part of the process that must not stop has stopped
"""

from shared.errors import QueueError


class Fenced(QueueError):
    """The claim on this message was lost: another attempt at it may run."""


class LeaseLost(QueueError):
    """Another consumer owns the queue now."""


class Stalled(QueueError):
    """A part of the consumer that must not stop has stopped."""

"""What can go wrong between a consumer and its queue.

QueueError
├── Fenced          the claim was lost: another attempt runs, write and post nothing more
├── LeaseLost       others went on without this consumer: this process ends
└── Stalled         a part of the process that must not stop has stopped
"""

from shared.errors import QueueError


class Fenced(QueueError):
    """The claim on this message was lost: another attempt at it may run."""


class LeaseLost(QueueError):
    """Others went on without this consumer: it is a member no longer."""


class Stalled(QueueError):
    """A part of the consumer that must not stop has stopped."""

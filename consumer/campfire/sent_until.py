"""Nothing is sent once it may be another consumer's: not by a process that stood still meanwhile.

After it was asked whether a message is still ours, the first byte to Campfire may have to wait for
a connection. Whoever is frozen there would post beside its successor.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf

from shared.clocks.steady_time import steady_s

_until_s: ContextVar[float] = ContextVar("until_s", default=inf)


class TooLate(Exception):
    """The right to send ended before the request could leave: nothing was sent."""


@contextmanager
def sent_until(at_s: float) -> Iterator[None]:
    """What is sent in this block must leave before `at_s` of the steady clock."""
    token = _until_s.set(at_s)
    try:
        yield
    finally:
        _until_s.reset(token)


def in_time() -> None:
    """Ask right before bytes leave, in the same step; raises TooLate."""
    if steady_s() > _until_s.get():
        raise TooLate

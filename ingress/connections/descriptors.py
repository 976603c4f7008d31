"""The process's file descriptors, and how they are shared out. Everything else follows from them.

With none left nothing can be accepted, read or written: not a delivery, not the spool, not Redis.
"""

import resource
from dataclasses import dataclass

from shared.errors import ConfigurationError

ENOUGH, FEWEST = 8192, 256
OUR_OWN = 128
"""Redis (37), the log, the loop, libraries, files of the spool and the bots, and some to spare."""
MOST_CONNECTIONS, MOST_STREAMS = 1024, 500
"""More would not serve more: each connection may hold memory."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of each there may be at once."""

    connections: int
    """Without streams: those that wait for a request, send one, or are answered."""
    streams: int
    backlog: int
    """Accepted in one go before any is looked at."""


def shares() -> Shares:
    """Raise the soft limit as far as it helps, and share out what there is.

    Raises ConfigurationError where that is too little to work with.
    """
    return shared_out(_raise_limit())


def shared_out(limit: int) -> Shares:
    """Half for connections, a quarter for streams, an eighth for those that come all at once."""
    if limit < FEWEST:
        raise ConfigurationError(
            [f"open files: the limit is {limit}, at least {FEWEST} are needed (ulimit -n)"]
        )
    left = limit - OUR_OWN
    return Shares(
        connections=min(left // 2, MOST_CONNECTIONS),
        streams=min(left // 4, MOST_STREAMS),
        backlog=min(left // 8, MOST_CONNECTIONS),
    )


def _raise_limit() -> int:
    """The soft limit as it then is; a hard limit of infinity is a large number."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return ENOUGH
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted)

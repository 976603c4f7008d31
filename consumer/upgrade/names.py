"""What an older release called things, and what they are called today. Pure."""

from arq.constants import (
    in_progress_key_prefix,
    job_key_prefix,
    result_key_prefix,
    retry_key_prefix,
)

from shared.keys import Keys

RENAMED = {"control": "commands", "told": "notified", "rooms": "recent-lanes"}
OF_JOBS = {"message": "message", "dead": "dead-letter"}
"""Those whose names end in a job id; `dead` alone is the zset of them."""
GONE = {"wake", "heartbeat", "ready", "sessions", "events-wake", "control-lines", "outcome"}
"""A consumer's signs of life, which the next one makes anew, and what is no more: an index, and how
messages ended, which arq's results tell too."""
OF_ARQ = (job_key_prefix, retry_key_prefix, result_key_prefix)


def of_today(name: str, keys: Keys) -> str | None:
    """A key's name of today; None: it is not carried over.

    `name` begins with the prefix without braces, or with one of arq's before it.
    """
    for arqs in OF_ARQ:
        if name.startswith(arqs):
            return arqs + keys.stored(name.removeprefix(arqs))
    if name.startswith(in_progress_key_prefix):
        return None
    kind, _, rest = name.removeprefix(f"{keys.prefix}:").partition(":")
    if kind in OF_JOBS and rest:
        return keys.named(OF_JOBS[kind], keys.stored(rest))
    if kind in GONE:
        return None
    named = "dead-letters" if kind == "dead" else RENAMED.get(kind, kind)
    return keys.named(named, rest) if rest else keys.named(named)

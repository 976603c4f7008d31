"""Asked once, at a start: whether the sentinels of REDIS_URL know its master."""

from dataclasses import dataclass
from typing import Any

import redis
from redis.exceptions import AuthenticationError, RedisError

from shared.errors import ConfigurationError
from shared.redis.address import PATIENCE, Sentinels, sentinels_in
from shared.redis.master_pool import NoSentinelAnswers


@dataclass(frozen=True, slots=True)
class Heard:
    """What the sentinels said of the master."""

    name: str
    master: str
    """Its address."""
    named: int
    """How many stand in REDIS_URL."""
    answering: int
    known: int
    """How many there are, as one of them says."""


def ask_sentinels(url: str) -> Heard | None:
    """What the sentinels say of the master; None where REDIS_URL names a server.

    Raises ConfigurationError where those that answer know none of this name, or want another
    password; NoSentinelAnswers, with a sentence. Blocks for half a second a silent sentinel.
    """
    if not (at := sentinels_in(url)):
        return None
    heard = [_masters(host, port, at) for host, port in at.hosts]
    known = [it for it in heard if isinstance(it, dict)]
    if states := [it[at.master] for it in known if at.master in it]:
        master = f"{states[0]['ip']}:{states[0]['port']}"
        others = int(states[0]["num-other-sentinels"])
        return Heard(at.master, master, len(at.hosts), len(known), others + 1)
    if known:
        raise ConfigurationError([f"REDIS_URL: {_unknown(at, known)}"])
    if any(isinstance(it, AuthenticationError) for it in heard):
        raise ConfigurationError([f"REDIS_URL: {_REFUSED}"])
    reasons = "; ".join(sorted({str(it) for it in heard}))
    raise NoSentinelAnswers(f"none of the sentinels at {at.where} answers ({reasons})")


def refuse_unknown_master(url: str) -> None:
    """The same for a process that waits for Redis: it goes on where no sentinel answers yet."""
    try:
        ask_sentinels(url)
    except NoSentinelAnswers:
        return  # said by whoever waits, as of a Redis that is away


_REFUSED = (
    "the sentinels want a password of their own: "
    "?sentinel_password=… (and &sentinel_username=…) behind the master's name"
)


def _unknown(at: Sentinels, known: list[dict[str, Any]]) -> str:
    names = ", ".join(sorted({name for it in known for name in it})) or "none"
    return f"the sentinels know no master called {at.master}; they know: {names}"


def _masters(host: str, port: int, at: Sentinels) -> dict[str, Any] | RedisError:
    with redis.Redis(host, port, **{**PATIENCE, **at.of_sentinels}) as sentinel:
        try:
            found: dict[str, Any] = sentinel.sentinel_masters()
        except RedisError as error:
            return error
    return found

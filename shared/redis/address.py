"""REDIS_URL: where Redis is, or the sentinels that know where its master is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from redis.connection import parse_url

from shared.numbers import whole_number

_PLAIN = {"redis+sentinel": "redis", "rediss+sentinel": "rediss"}
_OWN = {"sentinel_username": "username", "sentinel_password": "password"}
SENTINEL_PORT = 26379
PATIENCE = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
"""With one sentinel, which answers from memory: after it the next one is asked. In seconds."""
FORM = "redis+sentinel://[user:password@]host:port,host:port,host:port/master[/db]"


@dataclass(frozen=True, slots=True)
class Sentinels:
    """What `redis+sentinel://` names. The options are redis-py's, for connections."""

    hosts: tuple[tuple[str, int], ...]
    master: str
    of_server: Mapping[str, Any] = field(repr=False)
    of_sentinels: Mapping[str, Any] = field(repr=False)

    @property
    def where(self) -> str:
        """Their addresses, to be shown."""
        return ", ".join(f"{host}:{port}" for host, port in self.hosts)


def sentinels_in(url: str) -> Sentinels | None:
    """The sentinels that a URL names; None where it names Redis itself.

    User, password and db are those of the servers; with `rediss+sentinel` sentinels and servers
    are asked over TLS, with the `ssl_…` options of the query. Raises ValueError with a sentence
    that shows no password.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in _PLAIN:
        return None
    rest, _, query = rest.partition("?")
    authority, _, path = rest.partition("/")
    user, _, hosts = authority.rpartition("@")
    master, db = _path(path)
    ours, theirs = _options(query)
    plain = f"{_PLAIN[scheme]}://{user}@localhost/{db}?{urlencode(theirs)}"
    server = _without_address(parse_url(plain))  # type: ignore[no-untyped-call]
    tls = {name: value for name, value in server.items() if name.startswith("ssl")}
    return Sentinels(tuple(map(_host, hosts.split(","))), master, server, {**tls, **ours})


def shown(url: str) -> str:
    """The URL without what may be secret in it: user, password, and every option."""
    scheme, separator, rest = url.partition("?")[0].partition("://")
    return scheme + separator + rest.rpartition("@")[2]


def _path(path: str) -> tuple[str, str]:
    master, _, db = path.partition("/")
    if not master:
        raise ValueError(f"names no master: it must look like {FORM}")
    if db and whole_number(db) is None:
        raise ValueError(f"what stands behind the master's name must be a number: {FORM}")
    return master, db


def _options(query: str) -> tuple[dict[str, str], dict[str, str]]:
    given = dict(parse_qsl(query))
    ours = {_OWN[name]: value for name, value in given.items() if name in _OWN}
    return ours, {name: value for name, value in given.items() if name not in _OWN}


def _host(text: str) -> tuple[str, int]:
    """An address; one of IPv6 stands in brackets."""
    host, colon, port = text.strip().rpartition(":")
    if not colon or port.endswith("]"):
        host, port = text.strip(), str(SENTINEL_PORT)
    host = host.removeprefix("[").removesuffix("]")
    number = whole_number(port)
    if not host or number is None or not 0 < number < 65536:
        raise ValueError(f"names a sentinel that is not host:port: it must look like {FORM}")
    return host, number


def _without_address(options: Mapping[str, Any]) -> dict[str, Any]:
    is_tls = "connection_class" in options
    kept = {k: v for k, v in options.items() if k not in ("host", "port", "connection_class")}
    return {**kept, "ssl": True} if is_tls else kept

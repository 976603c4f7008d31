"""What REDIS_URL may name, and what of it may be shown."""

from typing import Any

import pytest

from shared.redis.address import FORM, sentinels_in, shown
from shared.redis.client import blocking_client, redis_client

THREE = "redis+sentinel://a:1,b:2,c:3/mymaster"


def test_a_url_of_a_server_names_no_sentinels() -> None:
    """Those that were there before behave as before."""
    for url in ("redis://h:1/0", "rediss://u:p@h", "unix:///run/valkey.sock?db=1"):
        assert sentinels_in(url) is None


def test_the_hosts_the_master_and_the_db_are_read() -> None:
    """Ports may be left out, an address of IPv6 stands in brackets, the db is 0 where none is."""
    found = sentinels_in("redis+sentinel://a,[::1]:7,[fe80::2]/mymaster/3")
    assert found is not None
    assert found.hosts == (("a", 26379), ("::1", 7), ("fe80::2", 26379))
    assert (found.master, found.of_server) == ("mymaster", {"db": 3})
    plain = sentinels_in(THREE)
    assert plain is not None
    assert (plain.where, plain.of_server) == ("a:1, b:2, c:3", {})


def test_servers_and_sentinels_have_passwords_of_their_own() -> None:
    """Each is told its own, whatever characters stand in it; none is shown."""
    url = "rediss+sentinel://me:p%40ss@a:1/m/1?sentinel_password=q%2Fs&ssl_ca_certs=/ca.pem"
    found = sentinels_in(url)
    assert found is not None
    tls = {"ssl": True, "ssl_ca_certs": "/ca.pem"}
    assert found.of_server == {"username": "me", "password": "p@ss", "db": 1, **tls}
    assert found.of_sentinels == {"password": "q/s", **tls}
    assert "p@ss" not in repr(found)
    assert "q/s" not in repr(found)
    assert shown(url) == "rediss+sentinel://a:1/m/1"


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://a:1,b:2",
        "redis+sentinel://a:1,b:2/",
        "redis+sentinel:///mymaster",
        "redis+sentinel://a:1,,b:2/mymaster",
        "redis+sentinel://a:port/mymaster",
        "redis+sentinel://a:99999/mymaster",
        "redis+sentinel://a:1/mymaster/zero",
    ],
)
def test_what_is_malformed_is_told_with_the_form(url: str) -> None:
    """One sentence, which shows no password."""
    with pytest.raises(ValueError, match="must") as error:
        sentinels_in(url.replace("//", "//me:hunter2@"))
    assert FORM in str(error.value)
    assert "hunter2" not in str(error.value)


async def test_every_client_keeps_its_bounds_over_sentinels() -> None:
    """So many connections, so many seconds, one try more; over TLS where the URL says so."""
    client = redis_client(THREE.replace("redis", "rediss"), max_connections=7, socket_timeout_s=3)
    pool: Any = client.connection_pool
    made = pool.make_connection()
    assert (pool.max_connections, pool.timeout) == (7, 3)
    assert (made.socket_timeout, made.socket_connect_timeout) == (3, 1)
    assert made.retry._retries == 1
    assert hasattr(made, "ssl_context")
    blocking: Any = blocking_client(THREE, timeout_s=4).connection_pool.make_connection()
    assert (blocking.socket_timeout, blocking.socket_connect_timeout) == (4, 4)

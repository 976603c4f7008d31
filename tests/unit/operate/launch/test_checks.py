"""What is refused before anything starts."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from operate.launch.checks import check_free, check_redis, check_writable, choose_port
from operate.launch.environment import LaunchError, Listener
from operate.launch.valkey import EmbeddedValkey


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_named_with_its_setting(taken: int) -> None:
    """One sentence: which port, which setting."""
    with pytest.raises(LaunchError, match=rf"^PORT: port {taken} on 127.0.0.1 is in use .* PORT"):
        check_free(Listener("PORT", "127.0.0.1", taken))


def test_an_address_that_is_not_ours_is_named() -> None:
    """HOST may be wrong too."""
    with pytest.raises(LaunchError, match=r"^PORT: cannot listen on 192\.0\.2\.1:0"):
        check_free(Listener("PORT", "192.0.2.1", 0))


def test_port_0_becomes_a_free_port(taken: int) -> None:
    """The launcher must know where to ask for readiness; a chosen port stays."""
    chosen = choose_port(Listener("PORT", "127.0.0.1", 0))
    assert chosen.port not in (0, taken)
    check_free(chosen)
    assert choose_port(Listener("PORT", "127.0.0.1", taken)).port == taken


def test_a_redis_that_answers_is_fine(tmp_path: Path) -> None:
    """Over TCP and over a Unix socket."""
    with EmbeddedValkey(tmp_path / "tcp", aof=False) as server:
        check_redis(server.url)
    with EmbeddedValkey(tmp_path / "unix", aof=False, socket=tmp_path / "s") as server:
        check_redis(server.url)


def test_a_redis_that_is_not_there_is_named_without_its_password() -> None:
    """The sentence goes to terminals and logs."""
    with pytest.raises(LaunchError, match=r"^REDIS_URL: .*127.0.0.1:1/0 does not answer") as error:
        check_redis("redis://me:hunter2@127.0.0.1:1/0")
    assert "hunter2" not in str(error.value)


def test_a_redis_that_refuses_our_password_is_named(tmp_path: Path) -> None:
    """It is there, but not for us."""
    with EmbeddedValkey(tmp_path, aof=False) as server:
        with redis.Redis.from_url(server.url) as client:
            client.execute_command("CONFIG", "SET", "requirepass", "right")
        with pytest.raises(LaunchError, match=r"^REDIS_URL: .* does not answer"):
            check_redis(server.url.replace("//", "//:wrong@"))


def test_a_url_that_is_none_of_redis_s_is_named() -> None:
    """The library's own words say which schemes there are."""
    with pytest.raises(LaunchError, match=r"^REDIS_URL: .*redis://"):
        check_redis("http://127.0.0.1")


def test_a_data_dir_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "data").write_text("")
    with pytest.raises(LaunchError, match=r"^DATA_DIR: .*data cannot be written"):
        check_writable(tmp_path / "data")
    check_writable(tmp_path / "new" / "data")

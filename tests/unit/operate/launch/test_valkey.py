"""The embedded Valkey, as the integration tests and the fault suite lean on it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from operate.launch.valkey import EmbeddedValkey, FolderInUse, ValkeyError, launchers_valkey
from tests.unit.operate.launch.waiting import until


def connect(server: EmbeddedValkey) -> redis.Redis:
    return redis.Redis.from_url(server.url, decode_responses=True)


def test_what_was_stored_survives_a_restart_at_the_same_address(tmp_path: Path) -> None:
    """A restarted server has the same URL and the same data."""
    with EmbeddedValkey(tmp_path) as server:
        url = server.url
        with connect(server) as client:
            client.set("k", "v")
        server.restart()
        assert server.url == url
        with connect(server) as client:
            assert client.get("k") == "v"


def test_a_kill_loses_nothing_with_appendfsync_always(tmp_path: Path) -> None:
    """With `appendfsync="always"` an acknowledged write survives SIGKILL."""
    with EmbeddedValkey(tmp_path, appendfsync="always") as server:
        with connect(server) as client:
            client.set("k", "v")
        server.kill()
        assert server.pid is None
        server.start()
        with connect(server) as client:
            assert client.get("k") == "v"
            assert client.config_get("appendfsync") == {"appendfsync": "always"}


def test_without_aof_nothing_is_kept(tmp_path: Path) -> None:
    """`aof=False` is for tests that want speed: a restart starts empty."""
    with EmbeddedValkey(tmp_path, aof=False) as server:
        with connect(server) as client:
            client.set("k", "v")
        server.restart()
        with connect(server) as client:
            assert client.get("k") is None


def test_the_defaults_are_those_a_queue_needs(tmp_path: Path) -> None:
    """AOF every second and no eviction: a full memory refuses writes, it drops no job."""
    with EmbeddedValkey(tmp_path) as server, connect(server) as client:
        wanted = {
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        assert client.config_get(*wanted) == wanted


def test_options_reach_the_server(tmp_path: Path) -> None:
    """The fault suite limits memory through `options`."""
    server = EmbeddedValkey(tmp_path, options={"maxmemory": "3000000"})
    with server, connect(server) as client:
        assert client.config_get("maxmemory") == {"maxmemory": "3000000"}


async def test_on_a_unix_socket_it_opens_no_port(tmp_path: Path) -> None:
    """With `socket` only the owner of the file gets in, and there is no TCP port."""
    path = tmp_path / "valkey.sock"
    with EmbeddedValkey(tmp_path, socket=path) as server:
        assert server.url == f"unix://{path}"
        assert path.stat().st_mode & 0o777 == 0o700
        with connect(server) as client:
            assert client.config_get("port") == {"port": "0"}


def test_whether_one_runs_is_asked_at_the_socket(tmp_path: Path) -> None:
    """By who did not start it; the file of one that was killed is none."""
    looker = launchers_valkey(tmp_path)
    assert not looker.listens()
    with launchers_valkey(tmp_path) as server:
        assert looker.listens()
        server.kill()
        assert looker.socket is not None
        assert looker.socket.exists()
        assert not looker.listens()


def test_on_a_port_it_asks_for_a_password(tmp_path: Path) -> None:
    """Every user of the machine reaches it; without the password, which `url` has, in vain."""
    with EmbeddedValkey(tmp_path) as server:
        with (
            redis.Redis("127.0.0.1", server.port) as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()
        with connect(server) as client:
            assert client.ping()
        password = server.url.removeprefix("redis://:").partition("@")[0]
        command = Path(f"/proc/{server.pid}/cmdline").read_text()
        environment = Path(f"/proc/{server.pid}/environ").read_text()
    assert len(password) > 30
    assert password not in command + environment
    assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600
    assert EmbeddedValkey(tmp_path, port=server.port).url == server.url


def test_two_servers_never_share_a_folder(tmp_path: Path) -> None:
    """The second server over a folder is refused while the first one runs, and welcome after."""
    with EmbeddedValkey(tmp_path), pytest.raises(FolderInUse, match="in use by another Valkey"):
        EmbeddedValkey(tmp_path).start(timeout=0.05)
    with EmbeddedValkey(tmp_path) as server:
        assert server.pid is not None


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The error ends with the server's own last words."""
    with pytest.raises(ValkeyError, match="maxmemory"):
        EmbeddedValkey(tmp_path, options={"maxmemory": "lots"}).start()


def test_another_server_on_the_port_is_not_taken_for_ours(tmp_path: Path) -> None:
    """A PONG counts only from the process that was started."""
    with EmbeddedValkey(tmp_path / "a") as first, pytest.raises(ValkeyError):
        EmbeddedValkey(tmp_path / "b", port=first.port).start()


def test_start_and_stop_may_be_said_twice(tmp_path: Path) -> None:
    """Start of a running and stop of a stopped server change nothing."""
    server = EmbeddedValkey(tmp_path).start()
    pid = server.pid
    assert server.start().pid == pid
    server.stop()
    server.stop()
    assert server.pid is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_it_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    """SIGKILL of the process that started it leaves no server behind."""
    program = (
        "import pathlib, sys; from operate.launch.valkey import EmbeddedValkey;"
        f"print(EmbeddedValkey(pathlib.Path({str(tmp_path)!r})).start().pid, flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        os.kill(starter.pid, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{pid}").exists(), "the server has ended")

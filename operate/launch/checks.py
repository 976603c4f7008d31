"""What is looked at before anything starts: free ports, a folder to write to, a Redis."""

import errno
import socket
import tempfile
from dataclasses import replace
from pathlib import Path

import redis

from operate.launch.environment import LaunchError, Listener
from shared.errors import ConfigurationError
from shared.redis.address import shown
from shared.redis.asking_sentinels import ask_sentinels
from shared.redis.client import blocking_client

REDIS_TIMEOUT_SECONDS = 3.0


def choose_port(listener: Listener) -> Listener:
    """The same listener; where it asks for any port (0), with one that is free."""
    if listener.port:
        return listener
    with _bound(listener) as probe:
        return replace(listener, port=probe.getsockname()[1])


def check_free(listener: Listener) -> None:
    """Raises LaunchError when another program listens there, or nobody can."""
    _bound(listener).close()


def check_writable(data_dir: Path) -> None:
    """Make DATA_DIR where it is missing; raises LaunchError when nothing can be kept there."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir):
            return
    except OSError as error:
        raise LaunchError(f"DATA_DIR: {data_dir} cannot be written: {error.strerror}.") from None


def check_redis(url: str) -> None:
    """Raises LaunchError when no Redis answers at REDIS_URL, or its sentinels do not know it; the
    sentence shows no password."""
    try:
        ask_sentinels(url)
        with blocking_client(url, timeout_s=REDIS_TIMEOUT_SECONDS) as client:
            client.ping()
    except ValueError as error:
        raise LaunchError(f"REDIS_URL: {error}.") from None
    except ConfigurationError as error:
        raise LaunchError(f"{error}.") from None
    except redis.RedisError as error:
        raise LaunchError(
            f"REDIS_URL: the Redis at {shown(url)} does not answer ({error}); "
            "start it, or leave REDIS_URL out to have an embedded one."
        ) from None


def _bound(listener: Listener) -> socket.socket:
    probe = socket.socket(socket.AF_INET6 if ":" in listener.host else socket.AF_INET)
    try:
        # As servers do: what a server that has just ended leaves in TIME_WAIT is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((listener.host, listener.port))
    except OSError as error:
        probe.close()
        raise LaunchError(_complaint(listener, error)) from None
    return probe


def _complaint(listener: Listener, error: OSError) -> str:
    where = f"{listener.host}:{listener.port}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"{listener.setting}: port {listener.port} on {listener.host} is in use by another "
            f"program; end it, or set {listener.setting} to a free port (0: any)."
        )
    return f"{listener.setting}: cannot listen on {where}: {error.strerror or error}."

"""The worker's metrics are shown to who has the token, and to nobody else."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter

from consumer.metrics import server as module
from consumer.metrics.server import MOST_WAITING, MetricsServer
from shared.errors import ConfigurationError

TOKEN = "scrape-me-0123456789"


@pytest.fixture
def server() -> Iterator[MetricsServer]:
    registry = CollectorRegistry()
    Counter("campfire_sample", "A sample.", registry=registry).inc()
    server = MetricsServer("127.0.0.1", 0, TOKEN, registry)
    yield server
    server.close()


def ask(server: MetricsServer, path: str = "/metrics", **headers: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{server.port}{path}", headers=headers, trust_env=False)


def test_the_token_opens_it(server: MetricsServer) -> None:
    """In Prometheus' own format."""
    answer = ask(server, Authorization=f"Bearer {TOKEN}")
    assert answer.status_code == 200
    assert "campfire_sample_total 1.0" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": "Bearer \u00ff"}, 401),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "https://evil.example"}, 403),
    ],
)
def test_nobody_else_is_shown_anything(
    server: MetricsServer, headers: dict[str, str], status: int
) -> None:
    """Nor a page in a browser that has come by the token."""
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = httpx.get(f"http://127.0.0.1:{server.port}/metrics", headers=encoded, trust_env=False)
    assert (answer.status_code, answer.text) == (status, "")


def test_there_is_nothing_beside_it(server: MetricsServer) -> None:
    """With the token neither."""
    assert ask(server, "/", Authorization=f"Bearer {TOKEN}").status_code == 404


def test_a_port_that_is_taken_is_said_in_a_sentence(server: MetricsServer) -> None:
    """The operator reads which setting it is."""
    with pytest.raises(ConfigurationError, match=f"METRICS_PORT.*{server.port}"):
        MetricsServer("127.0.0.1", server.port, TOKEN)


def half_a_request(server: MetricsServer) -> socket.socket:
    """A caller that sends no more."""
    caller = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    caller.sendall(b"GET /metrics HTTP/1.1\r\nX-More: ")
    return caller


def test_who_sends_no_request_keeps_few_places(
    server: MetricsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a thread and a descriptor of the worker's: the oldest go, and a scrape comes in."""
    monkeypatch.setattr(module._Handler, "timeout", 600)
    with ExitStack() as stack:
        callers = [stack.enter_context(half_a_request(server)) for _ in range(3 * MOST_WAITING)]
        for caller in callers[: 2 * MOST_WAITING]:
            assert caller.recv(1) == b""
        assert ask(server, Authorization=f"Bearer {TOKEN}").status_code == 200
        callers[-1].setblocking(False)
        with pytest.raises(BlockingIOError):
            callers[-1].recv(1)


def test_who_leaves_is_no_news(server: MetricsServer, capfd: pytest.CaptureFixture[str]) -> None:
    """A stranger could fill the log with tracebacks."""
    before = set(threading.enumerate())
    caller = half_a_request(server)
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    caller.close()  # by a reset
    ask(server)  # taken in after it, so its thread has begun
    for thread in set(threading.enumerate()) - before:
        thread.join(20)
        assert not thread.is_alive()
    assert capfd.readouterr() == ("", "")

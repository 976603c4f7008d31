"""`GET /metrics` for whoever shows the token: prometheus-client's own small server in threads.

It stands beside the event loop, so that a scrape delays no turn. Each connection costs the worker a
thread and a descriptor: who has not sent a request yet may not keep many.
"""

import hmac
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from socket import SHUT_RDWR, socket
from socketserver import ThreadingMixIn
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, make_wsgi_app

from shared.errors import ConfigurationError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE_S = 5
"""For a caller's next bytes: who says nothing more is hung up on."""
MOST_WAITING = 16
"""Connections without a complete request; then the one that has waited longest goes."""

log = structlog.get_logger()


class MetricsServer:
    """Listens from its making to `close()`; `port` 0 lets the system choose."""

    def __init__(
        self, host: str, port: int, token: str, registry: CollectorRegistry = REGISTRY
    ) -> None:
        """Raises ConfigurationError where it cannot listen there."""
        app = _guarded(make_wsgi_app(registry), token)
        try:
            self._server = make_server(host, port, app, _Server, _Handler)
        except OSError as error:
            raise ConfigurationError(
                [f"METRICS_PORT: cannot listen on {host}:{port}: {error.strerror}"]
            ) from error
        self._thread = Thread(target=self._server.serve_forever, name="metrics", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.server_port

    def close(self) -> None:
        """Stop listening; a scrape that runs is let go."""
        self._server.shutdown()
        self._server.server_close()


def _guarded(app: "WSGIApplication", token: str) -> "WSGIApplication":
    """Nothing but `/metrics`, for nobody without the token, and for no page in a browser."""

    def guard(environ: "WSGIEnvironment", answer: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/metrics":
            return _refuse(answer, "404 Not Found")
        if "HTTP_ORIGIN" in environ:
            return _refuse(answer, "403 Forbidden")
        if not hmac.compare_digest(_shown(environ), token.encode()):
            return _refuse(answer, "401 Unauthorized")
        return app(environ, answer)

    return guard


def _refuse(answer: "StartResponse", status: str) -> Iterable[bytes]:
    answer(status, [("Content-Length", "0")])
    return (b"",)


def _shown(environ: "WSGIEnvironment") -> bytes:
    scheme, _, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return token.encode("latin-1") if scheme == "Bearer" else b""


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each connection, of which few may wait."""

    daemon_threads = True

    def __init__(self, *given: Any) -> None:
        self._waiting: dict[socket, None] = {}
        """In the order in which they came."""
        self._lock = Lock()
        super().__init__(*given)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Let it in; whoever has waited longest goes in its place."""
        with self._lock:
            self._waiting[request] = None
            if len(self._waiting) > MOST_WAITING:
                self._hang_up(next(iter(self._waiting)))
        super().process_request(request, client_address)

    def waits_no_more(self, request: Any) -> None:
        """Note that its request is here, or that it is gone."""
        with self._lock:
            self._waiting.pop(request, None)

    def shutdown_request(self, request: Any) -> None:
        """Called when its thread has done."""
        self.waits_no_more(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Called with what its thread raised: of who left, or was hung up on, there is no news."""
        del request, client_address
        if not isinstance(sys.exception(), OSError):
            log.exception("scrape_failed")

    def _hang_up(self, request: socket) -> None:
        """Its thread reads the end, and closes it."""
        del self._waiting[request]
        with suppress(OSError):  # gone by itself meanwhile
            request.shutdown(SHUT_RDWR)


class _Handler(WSGIRequestHandler):
    server: _Server
    timeout = PATIENCE_S
    log_message: Callable[..., Any] = lambda *_, **__: None

    def parse_request(self) -> bool:
        """Whether it is one, once all of its headers are here."""
        is_one = super().parse_request()
        self.server.waits_no_more(self.request)
        return is_one

"""`GET /metrics` for whoever shows the token: prometheus-client's own small server in threads.

It stands beside the event loop, so that a scrape delays no turn.
"""

import hmac
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import REGISTRY, CollectorRegistry, make_wsgi_app

from shared.errors import ConfigurationError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE_S = 5
"""For a caller's request: who says nothing more is hung up on."""


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
        """The one it listens on."""
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
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE_S
    log_message: Callable[..., Any] = lambda *_, **__: None

"""Starts the metrics' server where the settings name a port."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import REGISTRY
from prometheus_client.registry import Collector

from consumer.metrics.server import MetricsServer
from consumer.settings import ConsumerSettings
from shared.startup.admin_token import metrics_token

log = structlog.get_logger()


@contextmanager
def metrics_from_settings(settings: ConsumerSettings, state: Collector) -> Iterator[None]:
    """Serve them meanwhile; raises ConfigurationError."""
    if settings.metrics_port is None:
        yield
        return
    REGISTRY.register(state)
    server = MetricsServer(settings.metrics_host, settings.metrics_port, metrics_token(settings))
    log.info("metrics_served", host=settings.metrics_host, port=server.port)
    try:
        yield
    finally:
        server.close()
        REGISTRY.unregister(state)

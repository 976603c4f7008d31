"""Log events: one structlog set-up for both processes, and the last guard against secrets."""

import logging
import logging.config
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

FORBIDDEN = frozenset({"text", "html", "body", "prompt", "key", "token", "url", "payload", "path"})
"""Field names that could carry chat text or a key: whoever logs one is told, not printed."""


def configure_logs(log_format: str, level: str, **context: Any) -> None:
    """Send structlog's and the standard library's lines to stdout, as JSON or for people."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        withhold,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(**context)
    _configure_standard_library(shared, _renderers(log_format), level)


def withhold(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Replace the value of any field that may hold chat text or a secret."""
    del logger, name
    for field in FORBIDDEN & event.keys():
        event[field] = "(withheld)"
    return event


def _renderers(log_format: str) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # structlog's pretty tracebacks print local variables: chat text and keys are among them.
    plain = structlog.dev.plain_traceback
    colors = sys.stdout.isatty()
    return [
        structlog.dev.ConsoleRenderer(colors=colors, pad_event_to=24, exception_formatter=plain)
    ]


def _configure_standard_library(
    shared: list[Processor], renderers: list[Processor], level: str
) -> None:
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("arq", "httpx", "httpcore", "uvicorn.error", "mcp"):
        # arq logs every job twice, httpx logs URLs, and our URLs carry bot keys.
        logging.getLogger(noisy).setLevel(logging.WARNING)

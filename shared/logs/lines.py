"""Log events: one structlog set-up for both processes, and the last guard against secrets."""

import logging
import logging.config
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from shared.logs.tracebacks import told
from shared.printable import printable

FORBIDDEN = frozenset({"text", "html", "body", "prompt", "key", "token", "url", "payload", "path"})
"""Field names that could carry chat text or a key: whoever logs one is told, not printed."""


def configure_logs(log_format: str, level: str, to: TextIO | None = None, **context: Any) -> None:
    """Send structlog's and the standard library's lines as JSON or for people; `to`: where, and
    None is stdout."""
    to = to or sys.stdout
    _without_callers()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        withhold,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,  # before any work for a line that nobody sees
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(**context)
    _configure_standard_library(shared, _renderers(log_format, to), level, to)


def configure_a_commands_logs() -> None:
    """What a command's parts log is for whoever looks for its fault: what was asked for is alone on
    stdout, where a program may read it."""
    configure_logs("console", "warning", sys.stderr)


def _without_callers() -> None:
    """No line of ours names the code, the thread or the process that wrote it: do not look for them
    at each (Python's "Logging HOWTO", "Optimization")."""
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def withhold(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Replace the value of any field that may hold chat text or a secret."""
    del logger, name
    for field in FORBIDDEN & event.keys():
        event[field] = "(withheld)"
    return event


def _renderers(log_format: str, to: TextIO) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.ExceptionRenderer(told), structlog.processors.JSONRenderer()]
    console = structlog.dev.ConsoleRenderer(
        colors=to.isatty(), pad_event_to=24, exception_formatter=_traceback
    )
    return [_for_a_terminal, console]


def _for_a_terminal(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """JSON escapes by itself; a string that is printed as it is must not."""
    del logger, name
    return {field: _shown(value) for field, value in event.items()}


def _shown(value: Any) -> Any:
    return printable(value) if isinstance(value, str) else value


def _traceback(sio: TextIO, exc_info: ExcInfo) -> None:
    """structlog's pretty ones print local variables: chat text and keys are among them."""
    sio.write("\n" + printable(told(exc_info)))


def _configure_standard_library(
    shared: list[Processor], renderers: list[Processor], level: str, to: TextIO
) -> None:
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
    )
    handler = logging.StreamHandler(to)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("arq", "httpx", "httpcore", "uvicorn.error", "mcp"):
        # arq logs every job twice, httpx logs URLs, and our URLs carry bot keys.
        logging.getLogger(noisy).setLevel(logging.WARNING)

"""The sandbox's log: one line an event on standard output, never a key or a word of the chat."""

import sys

import structlog


def configure_log(*, json: bool) -> None:
    """Write events as `time [level] event key=value …`, or as JSON."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )

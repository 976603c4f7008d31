"""Traces: hand-made spans at the named steps of a message's way; off unless an endpoint is set.

The provider is our own and never the process's: FastAPI would begin to trace by itself where there
is one, with the query of the URL, which holds tokens. httpx would tell its URL, with a bot's key.
No text, no name, no URL stands in a span: attributes are numbers and words of ours, by a list.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Link, Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

Value = str | int | float | bool
OURS = frozenset(
    {"bot", "room", "message", "job", "attempt", "outcome", "reason", "tier", "origin"}
)
"""Attributes that stand as `campfire.<name>`."""
GEN_AI = {
    "operation": "gen_ai.operation.name",
    "provider": "gen_ai.provider.name",
    "agent": "gen_ai.agent.name",
    "conversation": "gen_ai.conversation.id",
    "model": "gen_ai.request.model",
    "answered_by": "gen_ai.response.model",
    "input_tokens": "gen_ai.usage.input_tokens",
    "cache_written": "gen_ai.usage.cache_creation.input_tokens",
    "cache_read": "gen_ai.usage.cache_read.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
}
"""OpenTelemetry's conventions for generative AI, in development: renamed now and then. There the
input's tokens are all of them, also those from the cache, which Anthropic counts by themselves."""
CHILD_WITHIN_MS = 60_000
"""A message that waited longer is a trace of its own, with a link: one trace of a quarter of an
hour, of which nothing is seen but waiting, helps nobody."""

_carrier = TraceContextTextMapPropagator()
_tracer: Tracer | None = None
_NOTHING: AbstractContextManager[Span] = nullcontext(INVALID_SPAN)
"""Where nobody is told: used over and over."""


def start(service: str, endpoint: str | None, headers: Mapping[str, str]) -> None:
    """Send spans to an OTLP endpoint over HTTP from now on; None: to nobody."""
    if endpoint is not None:
        # Imported here: who traces nothing need not wait a third of a second for it at each start.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        url = f"{endpoint.rstrip('/')}/v1/traces"
        start_with(service, OTLPSpanExporter(endpoint=url, headers=dict(headers)))


def start_with(service: str, exporter: "SpanExporter") -> None:
    """Trace with any exporter."""
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    global _tracer  # noqa: PLW0603 - a process has one place its spans go to
    provider = TracerProvider(resource=Resource({SERVICE_NAME: service}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = provider.get_tracer("campfire-ai-bot")


def step(name: str, **attributes: Value | None) -> AbstractContextManager[Span]:
    """A span below the one that is open here; it is told of an error by its class alone."""
    return _NOTHING if _tracer is None else _opened(_tracer, name, SpanKind.INTERNAL, attributes)


def turn_of(
    traceparent: str | None, waited_ms: float, **attributes: Value | None
) -> AbstractContextManager[Span]:
    """The span of an attempt: below the delivery's, or linked to it where it came much later or
    is not the first."""
    if _tracer is None:
        return _NOTHING
    context = _carrier.extract({"traceparent": traceparent or ""})
    delivery = trace.get_current_span(context).get_span_context()
    follows = waited_ms <= CHILD_WITHIN_MS and attributes.get("attempt") == 1
    links = [Link(delivery)] if delivery.is_valid and not follows else []
    below = context if follows else Context()
    return _opened(_tracer, "turn", SpanKind.CONSUMER, attributes, links, below)


def carried() -> str | None:
    """The open span, as a message carries it to the other process; None: nothing is traced."""
    if _tracer is None:
        return None
    carrier: dict[str, str] = {}
    _carrier.inject(carrier)
    return carrier.get("traceparent")


def tell(span: Span, **attributes: Value | None) -> None:
    """Say something more of it; raises ValueError for what no span may hold."""
    for name, value in attributes.items():
        if value is not None:
            span.set_attribute(_attribute(name), value)


@contextmanager
def _opened(
    tracer: Tracer,
    name: str,
    kind: SpanKind,
    attributes: Mapping[str, Value | None],
    links: list[Link] | None = None,
    context: Context | None = None,
) -> Iterator[Span]:
    with tracer.start_as_current_span(
        name, context, kind, links=links, record_exception=False, set_status_on_exception=False
    ) as span:
        tell(span, **attributes)
        try:
            yield span
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)  # an exception's own words may be somebody's
            raise


def _attribute(name: str) -> str:
    if name in OURS:
        return f"campfire.{name}"
    if name in GEN_AI:
        return GEN_AI[name]
    raise ValueError(f"no span may hold {name!r}")

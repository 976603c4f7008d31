"""Spans: where they hang, and that nothing of a chat or of a key can get into one."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared import tracing

MINUTE_MS = 60_000


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    monkeypatch.setattr(tracing, "_tracer", None)
    monkeypatch.setattr("opentelemetry.sdk.trace.export.BatchSpanProcessor", SimpleSpanProcessor)
    exporter = InMemorySpanExporter()
    tracing.start_with("test", exporter)
    yield exporter
    tracing._tracer = None


def attempt(waited_ms: float, number: int) -> None:
    """A delivery, and an attempt at its message."""
    with tracing.step("webhook"):
        carried = tracing.carried()
    with tracing.turn_of(carried, waited_ms, attempt=number):
        pass


def spans(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def test_an_attempt_soon_after_hangs_below_its_delivery(exported: InMemorySpanExporter) -> None:
    """One trace from the webhook to the post."""
    attempt(200, 1)
    webhook, turn = (spans(exported)[name] for name in ("webhook", "turn"))
    assert turn.parent is not None
    assert turn.parent.span_id == webhook.context.span_id
    assert not turn.links


@pytest.mark.parametrize(("waited_ms", "number"), [(MINUTE_MS + 1, 1), (200, 2)])
def test_a_late_one_and_a_retry_are_linked_to_it(
    exported: InMemorySpanExporter, waited_ms: float, number: int
) -> None:
    """A trace of their own: one that waits a quarter of an hour shows nothing but that."""
    attempt(waited_ms, number)
    webhook, turn = (spans(exported)[name] for name in ("webhook", "turn"))
    assert turn.parent is None
    assert [link.context.span_id for link in turn.links] == [webhook.context.span_id]
    assert turn.context.trace_id != webhook.context.trace_id


def test_an_error_is_told_by_its_class_and_not_by_its_words(exported: InMemorySpanExporter) -> None:
    """They may be somebody's."""
    with pytest.raises(ValueError, match="Ada"), tracing.step("query"):
        raise ValueError("Ada's secret")
    (span,) = exported.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert "Ada" not in span.to_json()


def test_a_span_holds_only_what_is_on_the_list(exported: InMemorySpanExporter) -> None:
    """A new attribute has to be thought about."""
    with pytest.raises(ValueError, match="text"), tracing.step("webhook", text="hello"):
        pass
    with tracing.step("webhook", bot="assistant", room=3):
        pass
    assert dict(exported.get_finished_spans()[-1].attributes or {}) == {
        "campfire.bot": "assistant",
        "campfire.room": 3,
    }


def test_without_an_endpoint_nothing_is_traced_and_nothing_carried() -> None:
    """The steps cost a look."""
    with tracing.step("webhook", anything="goes"):
        assert tracing.carried() is None


def test_nobody_elses_instrumentation_finds_a_provider(exported: InMemorySpanExporter) -> None:
    """FastAPI begins by itself where the process has one, and tells the URL's query."""
    from opentelemetry import trace

    assert not hasattr(trace.get_tracer_provider(), "add_span_processor")
    assert exported.get_finished_spans() == ()

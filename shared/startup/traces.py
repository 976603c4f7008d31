"""Where a process of ours sends its spans, as OpenTelemetry's own variables say."""

from urllib.parse import unquote

from shared import tracing
from shared.errors import ConfigurationError
from shared.startup.settings import SharedSettings


def trace(service: str, settings: SharedSettings) -> None:
    """Begin to trace where an endpoint is set; raises ConfigurationError for unreadable headers."""
    endpoint = settings.otel_exporter_otlp_endpoint
    if endpoint is not None:
        tracing.start(service, str(endpoint), _headers(settings))


def _headers(settings: SharedSettings) -> dict[str, str]:
    """`name=value` pairs between commas, percent-encoded (OpenTelemetry's specification)."""
    given = settings.otel_exporter_otlp_headers
    pairs = given.get_secret_value().split(",") if given is not None else ()
    found = [pair.partition("=") for pair in pairs if pair.strip()]
    if not all(name.strip() and equals for name, equals, _ in found):
        raise ConfigurationError(["OTEL_EXPORTER_OTLP_HEADERS: must be name=value pairs"])
    return {name.strip(): unquote(value.strip()) for name, _, value in found}

"""Where a CLI tells of itself, and where it does not."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl, SecretStr

from consumer.claude.telemetry import telemetry
from consumer.sessions import session_settings
from consumer.settings import ConsumerSettings

COLLECTOR = "http://127.0.0.1:4318"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, None),
        ({"otel_exporter_otlp_endpoint": HttpUrl(COLLECTOR)}, f"{COLLECTOR}/"),
        (
            {
                "otel_exporter_otlp_endpoint": HttpUrl(COLLECTOR),
                "otel_exporter_otlp_headers": SecretStr("authorization=Bearer%20x"),
            },
            None,
        ),
        ({"otel_exporter_otlp_endpoint": HttpUrl("http://ada:hunter2@127.0.0.1:4318")}, None),
    ],
)
def test_a_collector_that_asks_for_a_secret_hears_nothing(given: Any, told: str | None) -> None:
    """In a CLI's environment its tools could read it; without a collector nothing is told."""
    settings = ConsumerSettings.model_construct(
        data_dir=Path(), anthropic_api_key=SecretStr(""), **given
    )
    assert session_settings(settings, {}).telemetry_url == told


def test_it_is_told_to_say_nothing_of_what_was_said() -> None:
    """And whose it is; no trace of ours is its parent."""
    variables = telemetry(f"{COLLECTOR}/", "ops")
    assert variables["OTEL_EXPORTER_OTLP_ENDPOINT"] == COLLECTOR
    assert "campfire.bot=ops" in variables["OTEL_RESOURCE_ATTRIBUTES"]
    silent = {name: it for name, it in variables.items() if name.startswith("OTEL_LOG_")}
    assert "OTEL_LOG_USER_PROMPTS" in silent
    assert set(silent.values()) == {"0"}
    assert "TRACEPARENT" not in variables
    assert telemetry(None, "ops") == {}

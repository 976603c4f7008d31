"""What Claude's CLI tells an operator's collector of itself: numbers and ids, by OTLP.

Names and behaviour: the CLI's documentation ("Monitoring"), and docs/operations/traces.md.
"""

PROTOCOL = "http/protobuf"


def telemetry(endpoint: str | None, bot_id: str) -> dict[str, str]:
    """The variables of one agent; none without an endpoint.

    No TRACEPARENT: a client lives for days, and each of its turns would hang below the message that
    started it. A backend joins by the session's id. What people and tools said stays out.
    """
    if endpoint is None:
        return {}
    return {
        "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
        "CLAUDE_CODE_ENHANCED_TELEMETRY_BETA": "1",  # the spans
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint.rstrip("/"),
        "OTEL_EXPORTER_OTLP_PROTOCOL": PROTOCOL,
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_METRICS_INCLUDE_ACCOUNT_UUID": "false",
        "OTEL_LOG_USER_PROMPTS": "0",
        "OTEL_LOG_TOOL_DETAILS": "0",
        "OTEL_LOG_TOOL_CONTENT": "0",
        "OTEL_LOG_RAW_API_BODIES": "0",
        "OTEL_RESOURCE_ATTRIBUTES": f"service.name=campfire-agent,campfire.bot={bot_id}",
    }

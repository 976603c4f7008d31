"""Traces of a message from webhook to post, read whole at a collector's own port."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import API_KEY, BOT_KEYS
from tests.conftest import eventually

STEPS = {
    *("webhook", "turn", "session", "briefing", "query", "render", "deliver", "settle"),
}
TOKEN, WEBHOOK_TOKEN = "collector-token-01234", "webhook-token-01234"


class Collector:
    """An OTLP collector of the smallest kind: it keeps all that it is sent."""

    def __init__(self) -> None:
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.of_cli: list[bytes] = []
        """Of these what Claude's CLI sent, as far as it says so."""
        self.port = 0

    @property
    def spans(self) -> list[Span]:
        """Every span so far."""
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        scopes = [s for r in requests for res in r.resource_spans for s in res.scope_spans]
        return [span for scope in scopes for span in scope.spans]

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = dict(
                    line.lower().split(b": ", 1) for line in head.splitlines()[1:] if b": " in line
                )
                body = await reader.readexactly(int(lines[b"content-length"]))
                zipped = lines.get(b"content-encoding") == b"gzip"
                self.heads.append(head)
                body = gzip.decompress(body) if zipped else body
                (self.of_cli if b"campfire-agent" in body else self.bodies).append(body)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    collector = Collector()
    server = await asyncio.start_server(collector.take, "127.0.0.1", 0)
    collector.port = server.sockets[0].getsockname()[1]
    yield collector
    server.close()


async def test_a_message_is_one_trace_without_a_word_a_key_or_a_token(
    new_stack: NewStack, collector: Collector
) -> None:
    """Every step hangs below the delivery; the whole export holds none of these."""
    stack = new_stack(
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.port}",
        OTEL_EXPORTER_OTLP_HEADERS=f"authorization=Bearer%20{TOKEN}",
        OTEL_BSP_SCHEDULE_DELAY="200",
        WEBHOOK_TOKEN=WEBHOOK_TOKEN,
    )
    await stack.start()
    await stack.ready()
    assert "turnip" in await stack.ask("say turnip")

    async def all_have_come() -> bool:
        return {span.name for span in collector.spans} >= STEPS

    await eventually(all_have_come)
    said = [
        *stack.web.log.events("delivery_accepted"),
        *(
            stack.worker.log.events(it)[0]
            for it in ("turn_claimed", "reply_posted", "turn_settled")
        ),
    ]
    assert len({line["job"] for line in said}) == 1, said
    await stack.stop()
    assert len({span.trace_id for span in collector.spans}) == 1
    assert {span.name for span in collector.spans if not span.parent_span_id} == {"webhook"}
    told = {a.key: a.value for s in collector.spans if s.name == "query" for a in s.attributes}
    assert told["gen_ai.agent.name"].string_value == "assistant"
    assert told["gen_ai.conversation.id"].string_value
    assert all(
        f"authorization: bearer {TOKEN}".encode() in head.lower() for head in collector.heads
    )
    sent = b"".join(collector.bodies)
    operator = stack.operator["Authorization"].split()[1]
    for secret in ("turnip", TOKEN, WEBHOOK_TOKEN, operator, "Ada", "http:", *BOT_KEYS.values()):
        assert secret.encode() not in sent


async def test_the_cli_tells_of_itself_and_no_more(
    new_stack: NewStack, collector: Collector
) -> None:
    """Metrics, events and spans with the session's id, by which ours are joined; no prompt, no
    answer, no tool's input or output, no name, no key. Not where the collector asks for a token."""
    stack = new_stack(
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.port}",
        OTEL_BSP_SCHEDULE_DELAY="200",
        WEBHOOK_TOKEN=WEBHOOK_TOKEN,
    )
    await stack.start()
    await stack.ready()
    call = json.dumps({"file_path": "cabbage.txt", "content": "parsnip"})
    await stack.ask("say turnip", bot="technical_assistant")
    await stack.ask(f"tool Write {call}", bot="technical_assistant")
    await stack.worker.terminate()  # a CLI that ends sends the rest
    conversation = {
        a.value.string_value
        for span in collector.spans
        for a in span.attributes
        if a.key == "gen_ai.conversation.id"
    }
    sent = b"".join(collector.of_cli)
    assert len(conversation) == 1
    assert conversation.pop().encode() in sent
    for told in ("claude_code.token.usage", "claude_code.api_request", "claude_code.llm_request"):
        assert told.encode() in sent, told
    operator = stack.operator["Authorization"].split()[1]
    words = ("turnip", "cabbage", "parsnip", "Ada", "Support")
    secrets = (API_KEY, WEBHOOK_TOKEN, operator, *BOT_KEYS.values())
    assert [it for it in (*words, *secrets) if it.encode() in sent] == []

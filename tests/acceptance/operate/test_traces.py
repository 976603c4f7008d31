"""Traces of a message from webhook to post, read whole at a collector's own port."""

import asyncio
import gzip
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from operate.launch.valkey import EmbeddedValkey
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import API_KEY, BOT_KEYS, free_port
from tests.acceptance.stack import Stack
from tests.conftest import eventually
from tests.deliveries import delivery

STEPS = {
    *("webhook", "turn", "session", "briefing", "query", "render", "deliver", "settle"),
}
NAMES = ("operation.name", "provider.name", "agent.name", "request.model", "response.model")
TOKENS = (
    *("input_tokens", "cache_creation.input_tokens", "cache_read.input_tokens"),
    "output_tokens",
)
MODEL = "claude-sonnet-5"
"""Of bots/assistant.yaml."""
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

    def deliveries(self) -> list[list[Span]]:
        """The spans of each delivery in order: of its trace, and of those linked to it."""
        webhooks = [span for span in self.spans if span.name == "webhook"]
        return [
            self._of(webhook)
            for webhook in sorted(webhooks, key=lambda it: it.start_time_unix_nano)
        ]

    def _of(self, webhook: Span) -> list[Span]:
        linked = {
            span.trace_id
            for span in self.spans
            if webhook.trace_id in {link.trace_id for link in span.links}
        }
        return [span for span in self.spans if span.trace_id in {webhook.trace_id, *linked}]

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
def valkey_of_its_own(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path / "valkey", port=free_port()) as valkey:
        yield valkey


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    collector = Collector()
    server = await asyncio.start_server(collector.take, "127.0.0.1", 0)
    collector.port = server.sockets[0].getsockname()[1]
    yield collector
    server.close()


async def test_whatever_becomes_of_a_message_is_traced_without_a_word_a_key_or_a_token(
    new_stack: NewStack, collector: Collector, valkey_of_its_own: EmbeddedValkey
) -> None:
    """A first turn, one with a tool, one that is tried again, one whose message waited on disk:
    each hangs below its delivery or is linked to it, and the whole export holds none of these."""
    stack = new_stack(
        redis_url=valkey_of_its_own.url,
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.port}",
        OTEL_EXPORTER_OTLP_HEADERS=f"authorization=Bearer%20{TOKEN}",
        OTEL_BSP_SCHEDULE_DELAY="200",
        WEBHOOK_TOKEN=WEBHOOK_TOKEN,
    )
    await stack.start()
    await stack.ready()
    assert "turnip" in await stack.ask("say turnip")
    await _expect_one_job_id(stack)
    call = json.dumps({"file_path": "cabbage.txt", "content": "parsnip"})
    await stack.ask(f"tool Write {call}", bot="technical_assistant")
    await _killed_once(stack)
    await _while_redis_is_away(stack, valkey_of_its_own)
    await _are_told(collector, 4)
    signed = await _with_secrets_in_the_query(stack)
    await stack.stop()
    first, tool, retried, spooled, by_token = collector.deliveries()
    assert _told(by_token, "webhook")["campfire.outcome"].string_value == "accepted"
    for spans in (first, tool, spooled):
        assert {span.name for span in spans} == STEPS
        assert len({span.trace_id for span in spans}) == 1
    assert _told(spooled, "webhook")["campfire.outcome"].string_value == "spooled"
    _expect_query(first, spooled)
    _expect_retry(retried)
    assert all(
        f"authorization: bearer {TOKEN}".encode() in head.lower() for head in collector.heads
    )
    sent = b"".join(collector.bodies)
    operator = stack.operator["Authorization"].split()[1]
    words = ("turnip", "cabbage", "parsnip", "leek", "radish", "Ada", "Support", "http:")
    secrets = (API_KEY, TOKEN, WEBHOOK_TOKEN, operator, signed, *BOT_KEYS.values())
    assert [it for it in (*words, *secrets) if it.encode() in sent] == []
    assert collector.of_cli == [], "a CLI's tools could read the collector's token"


async def _with_secrets_in_the_query(stack: Stack) -> str:
    """A delivery by `?token=`, whose answer is waited for, and a lane watched by a signed link,
    whose signature it gives."""
    body = delivery(key="", message_id=9999, plain="status")
    to = f"{stack.web_url}/webhook/assistant?token={WEBHOOK_TOKEN}"
    assert (await stack.http.post(to, json=body)).status_code == 204
    await stack.worker.log.event("control_word")
    made = await stack.http.post(
        f"{stack.web_url}/lanes/2/assistant/link?rights=read", headers=stack.operator
    )
    link = made.headers["location"]
    async with stack.http.stream("GET", f"{stack.web_url}{link}") as events:
        assert events.status_code == 200
    (signature,) = parse_qs(urlsplit(link).query)["signature"]
    return signature


async def _are_told(collector: Collector, count: int) -> None:
    """To their end, which is told by and by."""

    async def are() -> bool:
        told = collector.deliveries()
        ended = ["settle" in {span.name for span in spans} for spans in told]
        return len(ended) == count and all(ended)

    await eventually(are)


async def _expect_one_job_id(stack: Stack) -> None:
    steps = ("turn_claimed", "reply_posted", "turn_settled")
    said = [await stack.worker.log.event(it) for it in steps]
    said += stack.web.log.events("delivery_accepted")
    assert len({line["job"] for line in said}) == 1, said


async def _killed_once(stack: Stack) -> None:
    """The agent dies in the turn: the message is tried a second time."""
    asked = await stack.say("slow 2; echo leek")
    hot = await stack.worker.log.event("session_hot")

    async def is_asked() -> bool:
        return any("leek" in str(it) for it in await stack.model_requests())

    await eventually(is_asked)
    os.kill(hot["pid"], signal.SIGKILL)
    assert await stack.answer(asked) == "leek"


async def _while_redis_is_away(stack: Stack, valkey: EmbeddedValkey) -> None:
    valkey.stop()
    asked = await stack.say("echo radish")
    await stack.web.log.event("delivery_spooled")
    valkey.start()
    assert await stack.answer(asked) == "radish"


def _expect_query(first: list[Span], later: list[Span]) -> None:
    """Who was asked, who answered, and all that was read: from the cache too, later on."""
    told = _told(first, "query")
    names = {name: told[f"gen_ai.{name}"].string_value for name in NAMES}
    assert names == {
        "operation.name": "invoke_agent",
        "provider.name": "anthropic",
        "agent.name": "assistant",
        "request.model": MODEL,
        "response.model": MODEL,
    }
    again = _told(later, "query")
    ids = [it["gen_ai.conversation.id"].string_value for it in (told, again)]
    assert ids[0] == ids[1] != ""
    used = {name: again[f"gen_ai.usage.{name}"].int_value for name in TOKENS}
    assert used["output_tokens"] > 0
    assert used["cache_read.input_tokens"] > 0
    cached = used["cache_read.input_tokens"] + used["cache_creation.input_tokens"]
    assert used["input_tokens"] > cached


def _expect_retry(spans: list[Span]) -> None:
    """The attempt that failed hangs below the delivery; the second one is linked to it."""
    (webhook,) = (span for span in spans if span.name == "webhook")
    first, second = sorted(
        (span for span in spans if span.name == "turn"), key=lambda it: it.start_time_unix_nano
    )
    assert _attributes(first)["campfire.outcome"].string_value == "retry"
    assert first.parent_span_id == webhook.span_id
    assert _attributes(second)["campfire.attempt"].int_value == 2
    assert [link.span_id for link in second.links] == [webhook.span_id]
    assert second.trace_id != webhook.trace_id


def _told(spans: list[Span], name: str) -> dict[str, AnyValue]:
    (span,) = (span for span in spans if span.name == name)
    return _attributes(span)


def _attributes(span: Span) -> dict[str, AnyValue]:
    return {attribute.key: attribute.value for attribute in span.attributes}


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

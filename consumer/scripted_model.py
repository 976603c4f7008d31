"""A Messages API of two answers, on loopback: run this command, then goodbye.

With it the CLI runs a command of ours exactly as it runs a model's. Its address holds a word that
the CLI alone is told: any other program of this machine could tell us what the command printed.
"""

import asyncio
import json
import secrets
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

HEAD_BYTES = 64 * 1024
ANSWER = "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n" \
    "connection: close\r\n\r\n"  # fmt: skip


class ScriptedModel:
    """An async context manager; `result` holds what the command printed, once it ran."""

    def __init__(self, tool: str, arguments: dict[str, Any]) -> None:
        self._tool, self._arguments = tool, arguments
        self.result: str | None = None
        self._server: asyncio.Server | None = None
        self._word = secrets.token_hex(16)

    @property
    def url(self) -> str:
        """ANTHROPIC_BASE_URL of whoever is to run the command."""
        assert self._server is not None  # noqa: S101 - inside the context only
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/{self._word}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_BYTES)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            body = await reader.readexactly(_length(head))
            writer.write(self._answer(head.split(" ", 2)[1], body))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the CLI left: its turn says why
        finally:
            writer.close()

    def _answer(self, path: str, body: bytes) -> bytes:
        if path.partition("?")[0] != f"/{self._word}/v1/messages":
            return _http("404 Not Found", "application/json", "{}")
        request = json.loads(body)
        self.result = _result(request) or self.result
        wanted = request.get("tools") and not _is_asked(request)
        block = self._call() if wanted else {"type": "text", "text": "Done."}
        return _http("200 OK", "text/event-stream", "".join(_events(block)))

    def _call(self) -> dict[str, Any]:
        call = {"type": "tool_use", "id": "toolu_check", "name": self._tool}
        return {**call, "input": self._arguments}


def _length(head: str) -> int:
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0


def _http(status: str, kind: str, text: str) -> bytes:
    body = text.encode()
    return ANSWER.format(status=status, kind=kind, length=len(body)).encode() + body


def _result(request: dict[str, Any]) -> str | None:
    """What the command printed; the CLI may have put words of its own behind it."""
    for block in _blocks(request):
        if block.get("type") == "tool_result":
            text = block.get("content") or ""
            return text if isinstance(text, str) else "".join(part["text"] for part in text)
    return None


def _is_asked(request: dict[str, Any]) -> bool:
    return any(block.get("type") == "tool_use" for block in _blocks(request))


def _blocks(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for message in request["messages"]:
        content = message.get("content")
        yield from content if isinstance(content, list) else []


def _events(block: dict[str, Any]) -> Iterator[str]:
    """The block as the Messages API streams it (docs.anthropic.com, "Streaming messages")."""
    usage = {"input_tokens": 1, "output_tokens": 1}
    tool = block["type"] == "tool_use"
    delta = {"type": "text_delta", "text": block.get("text")}
    if tool:
        delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    message: dict[str, Any] = {
        "id": "msg_check",
        "type": "message",
        "role": "assistant",
        "model": "check",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    empty = {**block, "input": {}} if tool else {**block, "text": ""}
    end = {"stop_reason": "tool_use" if tool else "end_turn", "stop_sequence": None}
    for data in (
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": empty},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": end, "usage": usage},
        {"type": "message_stop"},
    ):
        yield f"event: {data['type']}\ndata: {json.dumps(data)}\n\n"

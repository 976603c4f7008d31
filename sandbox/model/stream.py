"""An answer on the wire: as server-sent events, paced, or as one JSON message."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from sandbox.model.answer import Answer

PIECES = 40
"""Text deltas in one answer at most: enough to see it grow, few enough to stay quick."""
Event = tuple[str, dict[str, Any]]


class StreamCut(Exception):
    """The stream is to break here, as a connection that drops does."""


async def stream(
    answer: Answer, *, model: str, seconds: float = 0.0, cut: bool = False
) -> AsyncIterator[bytes]:
    """The answer as the Messages API streams it: `seconds` long, half of them before it starts.

    Raises StreamCut in the middle when `cut`; the server then drops the connection.
    """
    events = list(_events(answer, model))
    pause = seconds / 2 / len(events)
    await asyncio.sleep(seconds / 2)
    for number, (name, data) in enumerate(events):
        if cut and number >= len(events) // 2:
            raise StreamCut
        yield f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()
        if pause:
            await asyncio.sleep(pause)


def message(answer: Answer, *, model: str) -> dict[str, Any]:
    """The answer as the Messages API returns it when `stream` is false."""
    head = _head(model, answer.usage)
    blocks = [_with_id(block) for block in answer.blocks]
    return {**head, "content": blocks, "stop_reason": answer.stop_reason}


def _events(answer: Answer, model: str) -> Iterator[Event]:
    start = {**answer.usage, "output_tokens": 1}
    yield "message_start", {"message": _head(model, start)}
    for index, block in enumerate(answer.blocks):
        yield from _block_events(index, _with_id(block))
    delta = {"stop_reason": answer.stop_reason, "stop_sequence": None}
    usage = {"output_tokens": answer.usage["output_tokens"]}
    yield "message_delta", {"delta": delta, "usage": usage}
    yield "message_stop", {}


def _block_events(index: int, block: Mapping[str, Any]) -> Iterator[Event]:
    empty: dict[str, Any] = {"text": ""} if block["type"] == "text" else {"input": {}}
    yield "content_block_start", {"index": index, "content_block": {**block, **empty}}
    for delta in _deltas(block):
        yield "content_block_delta", {"index": index, "delta": delta}
    yield "content_block_stop", {"index": index}


def _deltas(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if block["type"] == "tool_use":
        yield {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        return
    text = block["text"]
    size = max(12, -(-len(text) // PIECES))
    for start in range(0, len(text), size):
        yield {"type": "text_delta", "text": text[start : start + size]}


def _head(model: str, usage: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": f"msg_standin_{uuid.uuid4().hex[:20]}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": dict(usage),
    }


def _with_id(block: Mapping[str, Any]) -> dict[str, Any]:
    if block["type"] != "tool_use":
        return dict(block)
    return {**block, "id": f"toolu_standin_{uuid.uuid4().hex[:16]}"}

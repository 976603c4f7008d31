"""A Messages API that answers with what a test queued, block for block and error for error.

The sandbox's model is steered by words in the prompt; here the test itself says what comes.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.listening import listen

BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Says:
    """One message of the model: its content blocks, and why it ends.

    `broken`: it does not, for the connection closes in the middle of its last block, as soon as
    the test has heard of all that was sent (`ScriptedModel.heard`).
    """

    blocks: Sequence[Mapping[str, Any]]
    stop: str = "end_turn"


@dataclass(frozen=True, slots=True)
class Fails:
    """An HTTP error with its body and headers."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hangs:
    """No answer until whoever asked is gone."""


@dataclass(frozen=True, slots=True)
class Resets:
    """The connection closes before the first byte of a body."""


Step = Says | Fails | Hangs | Resets


def text(words: str) -> dict[str, Any]:
    """A text block."""
    return {"type": "text", "text": words}


def tool(name: str, **arguments: Any) -> dict[str, Any]:
    """A tool_use block."""
    return {
        "type": "tool_use",
        "id": f"toolu_{uuid.uuid4().hex[:20]}",
        "name": name,
        "input": arguments,
    }


def says(*words: str, stop: str = "end_turn") -> Says:
    """A message of text blocks."""
    return Says([text(word) for word in words], stop)


def calls(words: str, name: str, **arguments: Any) -> Says:
    """A message that says something (or nothing) and calls a tool."""
    said = [text(words)] if words else []
    return Says([*said, tool(name, **arguments)], "tool_use")


def api_error(status: int, kind: str, message: str, **headers: str) -> Fails:
    """An error in the API's own form (https://docs.claude.com/en/api/errors)."""
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
    return Fails(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


class ScriptedModel:
    """Queued steps, one a request; once they are used up, `otherwise`, or "ok"."""

    def __init__(self) -> None:
        self.base_url = ""
        self.requests: list[dict[str, Any]] = []
        """The bodies it was sent, oldest first."""
        self.otherwise: Step = says("ok")
        self.counting: Fails | None = None
        """What a count of tokens gets in place of one."""
        self.counted = 0
        """How often it was asked for one."""
        self.came = asyncio.Event()
        """Set whenever a request arrives."""
        self.heard = asyncio.Event()
        """To be set by a test when the last words came through that break off: sooner they would be
        lost with the connection."""
        self._steps: list[Step] = []

    def enqueue(self, *steps: Step) -> None:
        """Say what the next requests get."""
        self._steps += steps

    def forget(self) -> None:
        """Drop the steps that nobody asked for."""
        self._steps.clear()

    @property
    def last(self) -> list[tuple[str, str]]:
        """The newest request's messages as (role, everything in it as text)."""
        return [(m["role"], _plain(m["content"])) for m in self.requests[-1]["messages"]]

    @property
    def last_text(self) -> str:
        """All of the newest request's messages in one text."""
        return "\n".join(f"{role}: {said}" for role, said in self.last)

    async def answer(self, request: Request) -> Response:
        """POST /v1/messages."""
        body = json.loads(await request.body())
        self.requests.append(body)
        self.came.set()
        step = self._steps.pop(0) if self._steps else self.otherwise
        match step:
            case Fails():
                return _failure(step)
            case Says():
                return StreamingResponse(self._events(step), media_type="text/event-stream")
            case Hangs():
                while (await request.receive())["type"] != "http.disconnect":
                    pass
                return Response(status_code=499)
            case Resets():
                return StreamingResponse(_dropped(), media_type="text/event-stream")

    async def count(self, _: Request) -> Response:
        """POST /v1/messages/count_tokens."""
        self.counted += 1
        return _failure(self.counting) if self.counting else JSONResponse({"input_tokens": 10})

    async def _events(self, step: Says) -> AsyncIterator[bytes]:
        for event in _all_events(step):
            yield event
        if step.stop == BROKEN:
            await self.heard.wait()
            self.heard.clear()
            raise ConnectionResetError


def _failure(step: Fails) -> Response:
    answers = Response if isinstance(step.body, str) else JSONResponse
    return answers(step.body, step.status, dict(step.headers))


def _plain(content: Any) -> str:
    if isinstance(content, str):
        return content
    said = (block.get("text") or block.get("content") or block.get("input") for block in content)
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in said)


def _all_events(step: Says) -> Iterator[bytes]:
    head: dict[str, Any] = {
        "id": f"msg_{uuid.uuid4().hex[:20]}",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-5",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 1},
    }
    yield _event("message_start", message=head)
    for index, block in enumerate(step.blocks):
        is_text = block["type"] == "text"
        empty = {**block, **({"text": ""} if is_text else {"input": {}})}
        yield _event("content_block_start", index=index, content_block=empty)
        delta = (
            {"type": "text_delta", "text": block["text"]}
            if is_text
            else {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        )
        yield _event("content_block_delta", index=index, delta=delta)
        if step.stop == BROKEN and block is step.blocks[-1]:
            return
        yield _event("content_block_stop", index=index)
    delta = {"stop_reason": step.stop, "stop_sequence": None}
    yield _event("message_delta", delta=delta, usage={"output_tokens": 20})
    yield _event("message_stop")


def _event(name: str, **data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


async def _dropped() -> AsyncIterator[bytes]:
    """Raised into uvicorn, which closes the socket."""
    for _ in ():
        yield b""
    raise ConnectionResetError


@asynccontextmanager
async def scripted_model() -> AsyncIterator[ScriptedModel]:
    """Serve one on a free port of the loopback until the block ends."""
    model = ScriptedModel()
    app = Starlette(
        routes=[
            Route("/v1/messages", model.answer, methods=["POST"]),
            Route("/v1/messages/count_tokens", model.count, methods=["POST"]),
        ]
    )
    config = uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        loop="none",
    )
    server = uvicorn.Server(config)
    with listen("127.0.0.1") as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            model.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield model
        finally:
            server.should_exit = True
            await serving

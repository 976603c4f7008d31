"""The stand-in's HTTP side: /v1/messages, count_tokens, and what it was asked."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from json import JSONDecodeError
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Send

from sandbox.model.answer import Answer, compose, count_tokens
from sandbox.model.conversation import read_conversation
from sandbox.model.faults import FaultCounter
from sandbox.model.recorder import Recorder
from sandbox.model.script import Script, read_script
from sandbox.model.stream import StreamCut, message, stream

ERRORS = {
    400: ("invalid_request_error", "The stand-in was told to find this request invalid."),
    401: ("authentication_error", "invalid x-api-key"),
    403: ("permission_error", "The stand-in was told to forbid this."),
    404: ("not_found_error", "Not found"),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: ("rate_limit_error", "The stand-in was told to limit this request."),
    500: ("api_error", "Internal server error"),
    502: ("api_error", "Bad gateway"),
    503: ("api_error", "Service unavailable"),
    529: ("overloaded_error", "Overloaded"),
}
"""Status to type and message, as https://docs.claude.com/en/api/errors lists them."""


def create_model_app(recorder: Recorder | None = None) -> Starlette:
    """The stand-in as an ASGI app, at its root or mounted (`/model`).

    Its recorder is `app.state.recorder`; every answer of it is a stand-in's and says so.
    """
    app = Starlette(
        routes=[
            Route("/v1/messages", _messages, methods=["POST"]),
            Route("/v1/messages/count_tokens", _count_tokens, methods=["POST"]),
            Route("/requests", _requests, methods=["GET"]),
            Route("/requests", _clear, methods=["DELETE"]),
        ],
        exception_handlers={404: _not_found, 405: _not_found},
    )
    app.state.recorder = recorder or Recorder()
    app.state.faults = FaultCounter()
    return app


async def _messages(request: Request) -> Response:
    body = await _body(request)
    if body is None or not isinstance(body.get("messages"), list):
        return _error(400)
    session = request.headers.get("x-claude-code-session-id", "")
    request.app.state.recorder.record(body, at=time.time(), session=session)
    conversation = read_conversation(body)
    script = read_script(conversation.last)
    fault = await _fault(request, body, script, session)
    if fault is not None:
        return fault
    answer = compose(body, conversation, script)
    return await _reply(request, body, script, answer, session)


async def _fault(
    request: Request, body: Mapping[str, Any], script: Script, session: str
) -> Response | None:
    faults: FaultCounter = request.app.state.faults
    if script.hang:
        await _until_gone(request)
        return Response(status_code=499)
    if script.reset_times and faults.is_due("reset", script.reset_times, body, session):
        return _Breaking(_nothing(), media_type="text/event-stream")
    if script.status is not None:
        times = script.status_times
        if times is None or faults.is_due("error", times, body, session):
            return _error(script.status)
    return None


async def _reply(
    request: Request, body: Mapping[str, Any], script: Script, answer: Answer, session: str
) -> Response:
    model = str(body.get("model", ""))
    if not body.get("stream"):
        await asyncio.sleep(script.seconds)
        return JSONResponse(message(answer, model=model))
    faults: FaultCounter = request.app.state.faults
    cut = bool(script.cut_times) and faults.is_due("cut", script.cut_times, body, session)
    events = stream(answer, model=model, seconds=script.seconds, cut=cut)
    return _Breaking(events, media_type="text/event-stream")


async def _count_tokens(request: Request) -> Response:
    """As the real one: who shows no key, or asks about nothing, gets no count."""
    if not {"x-api-key", "authorization"} & set(request.headers):
        return _error(401, "x-api-key header is required")
    body = await _body(request)
    if body is None:
        return _error(400)
    for name, kind in (("model", str), ("messages", list)):
        if not isinstance(body.get(name), kind):
            return _error(400, f"{name}: Field required")
    return JSONResponse({"input_tokens": count_tokens(body)})


async def _requests(request: Request) -> Response:
    recorder: Recorder = request.app.state.recorder
    kept = [kept.as_dict() for kept in recorder.requests]
    return JSONResponse({"total": recorder.total, "requests": kept})


async def _clear(request: Request) -> Response:
    request.app.state.recorder.clear()
    return Response(status_code=204)


async def _not_found(request: Request, error: Exception) -> Response:
    return _error(404)


async def _body(request: Request) -> dict[str, Any] | None:
    try:
        body = json.loads(await request.body())
    except (JSONDecodeError, UnicodeDecodeError):
        return None
    return body if isinstance(body, dict) else None


async def _until_gone(request: Request) -> None:
    """Wait until the client hangs up; the server's own shutdown ends the wait as well."""
    while True:
        event = await request.receive()
        if event["type"] == "http.disconnect":
            return


def _error(status: int, said: str = "") -> JSONResponse:
    kind, text = ERRORS[status]
    return JSONResponse(
        {"type": "error", "error": {"type": kind, "message": said or text}}, status_code=status
    )


class _Breaking(StreamingResponse):
    """A stream whose StreamCut ends the connection, not the answer: no last chunk is sent."""

    async def stream_response(self, send: Send) -> None:
        """Send the chunks; on StreamCut return early, upon which the server closes the socket."""
        with suppress(StreamCut):
            await super().stream_response(send)


async def _nothing() -> AsyncIterator[bytes]:
    """Break before the first byte of a body."""
    for _ in ():
        yield b""
    raise StreamCut

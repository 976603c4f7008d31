"""Faults on order: what the next bot API calls suffer instead of, or after, being served."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from sandbox.campfire.bot_api.call_log import BotCall

DROP_EXTENSION = "sandbox.drop_connection"
"""Where our server (`sandbox.server`) puts the function that cuts the client's connection."""

_fault_numbers = count(1)


class Fault(BaseModel):
    """What to do to the next `times` calls that match; the first fault that matches is used.

    kind: `status` answers `status` with `headers` and `body`; `drop` cuts the connection;
    `delay` waits `seconds`; `slow_body` sends the answer's body in 8 pieces, `seconds` apart.
    when: `before` the call is served (then only `delay` and `slow_body` serve it), or `after` it
    was served and stored, so that the client does not learn of it.
    method, room_id, bot_id, path_ends, content_type (its beginning): which calls; None means any.
    """

    model_config = ConfigDict(extra="forbid")

    number: int = Field(default_factory=lambda: next(_fault_numbers))
    kind: Literal["status", "drop", "delay", "slow_body"]
    when: Literal["before", "after"] = "before"
    times: int = Field(default=1, ge=1)
    status: int = Field(default=500, ge=200, le=599)
    headers: dict[str, str] = {}
    body: str = ""
    seconds: float = Field(default=1.0, ge=0, le=600)
    method: str | None = None
    room_id: int | None = None
    bot_id: str | None = None
    path_ends: str | None = None
    content_type: str | None = None

    def matches(self, call: BotCall) -> bool:
        """Whether this fault is meant for that call."""
        return (
            (self.method is None or self.method.upper() == call.method)
            and (self.room_id is None or str(self.room_id) == call.room)
            and (self.bot_id is None or self.bot_id == call.bot_id)
            and (self.path_ends is None or call.path.endswith(self.path_ends))
            and (self.content_type is None or _is_type(call, self.content_type))
        )


def _is_type(call: BotCall, content_type: str) -> bool:
    return (call.content_type or "").startswith(content_type)


class Faults:
    """The faults still to come, in the order they were ordered."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Order one."""
        self._waiting.append(fault)

    def all(self) -> list[Fault]:
        """Those that still wait; `times` is what is left of each."""
        return [*self._waiting]

    def clear(self) -> None:
        """Cancel all."""
        self._waiting.clear()

    def take(self, call: BotCall) -> Fault | None:
        """The fault this call suffers, used up by one."""
        fault = next((fault for fault in self._waiting if fault.matches(call)), None)
        if fault is not None:
            fault.times -= 1
            self._waiting = [fault for fault in self._waiting if fault.times > 0]
        return fault


def faulty_answer(fault: Fault) -> Response:
    """What the client gets instead of the true answer."""
    if fault.kind == "drop":
        return DroppedConnection()
    return Response(fault.body, fault.status, fault.headers)


async def slowly(response: Response, seconds: float) -> StreamingResponse:
    """The same answer, its body in 8 pieces `seconds` apart."""
    body = bytes(response.body)
    size = max(1, -(-len(body) // 8))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            await asyncio.sleep(seconds)
            yield body[start : start + size]

    headers = {key: value for key, value in response.headers.items() if key != "content-length"}
    return StreamingResponse(pieces(), response.status_code, headers)


class DropNotPossible(Exception):
    """This server cannot cut connections: serve the app with sandbox.server."""


class DroppedConnection(Response):
    """No answer at all: the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut the connection and wait until it is gone."""
        drop = scope.get("extensions", {}).get(DROP_EXTENSION)
        if drop is None:
            raise DropNotPossible
        drop()
        while (await receive())["type"] != "http.disconnect":
            pass

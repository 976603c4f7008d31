"""What the stand-in was asked, newest last: in memory only, so no chat text reaches a disk."""

from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.model.conversation import Conversation, read_conversation

KEPT = 1000
"""Requests remembered; a long-running sandbox must not grow without bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request to POST /v1/messages as it came in."""

    at: float
    """Unix time in seconds."""
    session: str
    """The CLI's session id (its header), or empty."""
    model: str
    stream: bool
    system: str
    tools: tuple[str, ...]
    messages: tuple[Mapping[str, Any], ...]

    @property
    def conversation(self) -> Conversation:
        """What the person said, as the stand-in reads it."""
        return read_conversation({"messages": list(self.messages)})

    def as_dict(self) -> dict[str, Any]:
        """The request for `GET /requests`."""
        return asdict(self)


class Recorder:
    """Keeps the last requests of one stand-in."""

    def __init__(self) -> None:
        self._requests: deque[Request] = deque(maxlen=KEPT)
        self.total = 0

    @property
    def requests(self) -> list[Request]:
        """The requests kept, oldest first."""
        return list(self._requests)

    def record(self, body: Mapping[str, Any], *, at: float, session: str) -> None:
        """Keep one request body."""
        self.total += 1
        self._requests.append(_request(body, at=at, session=session))

    def clear(self) -> None:
        """Forget all of them."""
        self._requests.clear()


def _request(body: Mapping[str, Any], *, at: float, session: str) -> Request:
    return Request(
        at=at,
        session=session,
        model=str(body.get("model", "")),
        stream=bool(body.get("stream")),
        system=_system(body.get("system")),
        tools=tuple(str(tool.get("name")) for tool in body.get("tools") or []),
        messages=tuple(body.get("messages") or []),
    )


def _system(system: object) -> str:
    if isinstance(system, str):
        return system
    blocks = system if isinstance(system, list) else []
    return "\n".join(str(block.get("text", "")) for block in blocks)

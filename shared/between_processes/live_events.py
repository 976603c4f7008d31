"""The wire form of the live stream: what happens to a lane's messages, for whoever watches.

A stream entry in Redis has the fields KIND and EVENT (the JSON below); its id is the event's id.
How many are kept for whoever resumes, and how long: shared/redis/lua/stream.lua.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

KIND, EVENT = "kind", "event"


class LiveEvent(BaseModel):
    """Something that happened to one message. Frozen; the wire form is `wire()`."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    kind: str
    job: str
    """The message's job id, which ends in Campfire's id of the message."""
    at_ms: int
    """In ms since the epoch."""

    def wire(self) -> str:
        """JSON without what is not known."""
        return self.model_dump_json(exclude_none=True)


class Queued(LiveEvent):
    """Accepted; its turn comes when what was said before it in the lane has ended."""

    kind: Literal["queued"] = "queued"


def queued(job: str, at_ms: int) -> bytes:
    """The wire form of a Queued, as each acceptance needs one: unchecked, a tenth of the cost."""
    return to_json({"version": 1, "kind": "queued", "job": job, "at_ms": at_ms})


class Waiting(LiveEvent):
    """The message's turn has come, but no agent may be started until one of `busy` others ends."""

    kind: Literal["waiting"] = "waiting"
    busy: int


class Started(LiveEvent):
    """The agent has the prompt. A second one of the same job begins its text anew."""

    kind: Literal["started"] = "started"
    tier: str
    """hot, warm or cold."""


class TextDelta(LiveEvent):
    """The next piece of text; what stands before a tool is narration, the last run the answer."""

    kind: Literal["text_delta"] = "text_delta"
    text: str


class ToolStarted(LiveEvent):
    """The agent uses a tool."""

    kind: Literal["tool_started"] = "tool_started"
    id: str
    name: str


class ToolEnded(LiveEvent):
    """A tool returned, or was stopped with its turn."""

    kind: Literal["tool_ended"] = "tool_ended"
    id: str
    failed: bool
    seconds: float | None = None
    interrupted: bool | None = None
    """True: it was stopped before its end, and is `failed` too."""


class ToolDenied(LiveEvent):
    """The agent asked for a tool that the bot's file does not grant."""

    kind: Literal["tool_denied"] = "tool_denied"
    name: str


class CommandEnded(LiveEvent):
    """A command of the agent's took more than it may, and was ended."""

    kind: Literal["command_ended"] = "command_ended"
    bound: str
    """files, memory, processes or seconds."""
    most: float
    """MB, MB, their number, seconds."""


class ServersMissing(LiveEvent):
    """MCP servers of the bot's do not serve, by their names in its file."""

    kind: Literal["servers_missing"] = "servers_missing"
    servers: tuple[str, ...]


class Retrying(LiveEvent):
    """The model's API failed; it is asked again after `delay_s` seconds."""

    kind: Literal["retrying"] = "retrying"
    attempt: int
    of: int
    delay_s: float
    status: int | None = None


class Posted(LiveEvent):
    """Part `part` of `parts` of the reply stands in the room as Campfire's message `post`."""

    kind: Literal["posted"] = "posted"
    post: str
    part: int
    parts: int


class Settled(LiveEvent):
    """The end: completed, failed, dead, cancelled or expired; the reason is an error's name."""

    kind: Literal["settled"] = "settled"
    outcome: str
    reason: str | None = None
    tier: str | None = None


class Gap(LiveEvent):
    """Events of this job are missing here: Redis was away for longer than they could be kept."""

    kind: Literal["gap"] = "gap"

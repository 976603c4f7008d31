"""What the consumer tells of its sessions, and what the ingress reads: one model for both.

It stands in Redis as JSON. The two processes may be of different versions for a while: what one
does not know is left out, and what the other did not say has a default. No chat text.
"""

from pydantic import BaseModel, ConfigDict, Field


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SessionStatus(_Told):
    """One conversation: connected, or on record and resumed by its next message."""

    room_id: int
    bot_id: str
    session_id: str | None = None
    turns: int = 0
    cost_usd: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    created_at: str = ""
    """ISO 8601, as `last_used`."""
    age_seconds: int = 0
    last_used: str = ""
    tier: str = ""
    """Where its client came from, `cold` or `warm`; a connected one is hot to the next message."""
    state: str = "closed"
    connected: bool = False
    query_count: int = 0
    """Turns of the client that is connected."""
    memory_mb: int = 0
    """MiB, of its client's processes."""
    pid: int | None = None
    queue: int = 0
    """Messages that wait in its lane; the ingress counts them."""


class KnowledgeStatus(_Told):
    """What a bot's knowledge folder holds."""

    bot_id: str
    files: int = 0
    """Documents that are found."""
    to_do: int = 0
    """Still to be taken in, while that goes on."""
    unreadable: int = 0
    troubles: dict[str, str] = Field(default_factory=dict)
    """Why, by file name; the first hundred."""
    folder_missing: bool = False


class ServerStatus(_Told):
    """An MCP server of a bot's."""

    bot_id: str
    server: str
    """By its name in the bot's file."""
    state: str = "up"
    """up, starting, unreachable, silent, unauthorized, ended, failed, tools_gone."""
    since: str | None = None
    """ISO 8601; None where it is up."""


class ToolStatus(_Told):
    """What a bot's calls of one tool came to."""

    bot_id: str
    tool: str
    """As the CLI names it; "others" where there are too many to list."""
    calls: int = 0
    ok: int = 0
    failed: int = 0
    """The tool itself said so."""
    denied: int = 0
    interrupted: int = 0
    """The turn was stopped, or its process died."""
    seconds: float = 0.0
    """All of them together."""


class ServiceStatus(_Told):
    """All sessions, and what was done since the consumer's start."""

    active_sessions: int = 0
    busy_sessions: int = 0
    warm_sessions: int = 0
    max_hot_sessions: int = 0
    memory_mb: int = 0
    max_memory_mb: int = 0
    turns: int = 0
    failed_turns: int = 0
    evicted: int = 0
    tiers: dict[str, int] = Field(default_factory=dict)
    """Turns by the tier of their session."""
    cost_usd: float = 0.0
    sessions: tuple[SessionStatus, ...] = ()
    spares: int = 0
    """Clients that are connected before a new lane asks for one."""
    servers: tuple[ServerStatus, ...] = ()
    """MCP servers, as they were when somebody last looked."""
    tools: tuple[ToolStatus, ...] = ()
    """The tools that agents called."""
    refused_keys: tuple[str, ...] = ()
    """The ids of the bots that Campfire shut out."""
    broken_bot_files: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """What is wrong with files that changed, by bot id: those bots are as they were before."""

    knowledge: tuple[KnowledgeStatus, ...] = ()

    def wire(self) -> str:
        """As it stands in Redis, and as `/session/stats` shows it: what was said, no default."""
        return self.model_dump_json(exclude_unset=True)

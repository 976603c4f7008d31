"""What the session manager needs to know; the composition root fills it from the environment."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from consumer.agent.agent_memory import AgentMemory
from consumer.agent.memory_share import affordable_sessions, sessions_share_mb
from consumer.agent.time_to_live import TimeToLive
from consumer.cage.bounds import CageBounds
from consumer.mcp.config import FIRST_TURN_S


@dataclass(frozen=True, kw_only=True)
class SessionSettings:
    """The manager's settings. Every time is in seconds unless its name says otherwise.

    What an operator may set has no default here: those stand in consumer.settings. The last ones
    nobody sets but a test.
    """

    data_dir: Path
    api_key: str
    secret_files: tuple[Path, ...]
    """Files that our secrets were read from: no agent may open them."""
    variables: Mapping[str, str] = field(repr=False)
    """What `${NAME}` in a bot file stands for: secrets, for the bot's MCP servers alone."""
    hidden: tuple[Path, ...]
    """What neither a shell nor an MCP server's program sees anything of, beside DATA_DIR."""
    base_url: str | None
    """ANTHROPIC_BASE_URL for the agent; None: Anthropic's own."""
    telemetry_url: str | None
    """Where a CLI tells of itself, by OTLP over HTTP; None: nowhere."""
    ttl: TimeToLive
    """How long an unused session is kept."""
    turn_timeout: float
    max_turns: int
    """Model calls in one turn, where the bot's file says nothing."""
    cage: CageBounds
    """What the commands of a lane may take."""
    max_hot: int
    """Connected clients at once; 0: as many as this machine's memory affords."""
    memory_mb: int | None
    """Memory all clients together may hold, MiB; None: a share of this machine's."""
    agent_memory: AgentMemory
    """How clients deal with memory."""
    spares: int
    """Clients a bot kept connected without a lane."""
    session_max_turns: int
    """Turns after which a client is closed and resumed: it grows with each."""
    documents: Callable[[], tuple[Path, ...]] = tuple
    """The folders of documents that bots' files name now; no shell sees them, the bot's own either:
    its tools cite what they give of them."""
    max_connecting: int = 2
    """Clients started at once: starting many CLIs is the worst load on a small machine."""
    session_max_mb: int = 400
    """Memory of one client above which it is closed and resumed."""
    api_retries: int = 3
    """How often the CLI asks the Messages API again."""
    connect_timeout: float = 30.0
    servers_wait: float = FIRST_TURN_S
    """From a client's start, for its MCP servers to start; then its first turn goes without."""
    drain_timeout: float = 5.0
    """From the interrupt of a turn to its last message; then the client is thrown away."""
    close_timeout: float = 3.0
    """For a client to leave by itself; then its process group is killed."""
    cleanup_interval: float = 3600.0

    @property
    def out_of_sight(self) -> tuple[Path, ...]:
        """What a shell sees nothing of, beside DATA_DIR, the worker's home, the code's folder."""
        return (*self.hidden, *self.documents())

    @property
    def hot_limit(self) -> int:
        """How many clients may be connected at once."""
        if self.max_hot > 0:
            return self.max_hot
        return affordable_sessions(self.memory_limit_mb, self.agent_memory)

    @property
    def memory_limit_mb(self) -> int:
        """Memory that all clients together may hold, in MiB."""
        return sessions_share_mb(self.memory_mb)

    @property
    def records_dir(self) -> Path:
        """Where the session records live, in the seed's names."""
        return self.data_dir / "session_cache"

    @property
    def claude_dir(self) -> Path:
        """The CLI's own folder: transcripts. Keep it on a volume, or there is no warm tier."""
        return self.data_dir / "claude"

    @property
    def home_dir(self) -> Path:
        """The agents' home directory, in which they find nothing of the operator's."""
        return self.data_dir / "home"

    @property
    def workspaces_dir(self) -> Path:
        """The agents' working directories, one a lane."""
        return self.data_dir / "workspaces"

    @property
    def run_dir(self) -> Path:
        """Process ids of this process's clients: of its own, since its guard kills by them."""
        return self.data_dir / "run" / _this_process()


@cache
def _this_process() -> str:
    # When it is first asked for, not at the import: a process may be forked after it.
    return uuid.uuid4().hex[:12]

"""The consumer's settings: the model, Campfire, and the bounds of turns and sessions."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, SecretStr
from pydantic_settings import NoDecode

from shared.bots import Busy, Progress
from shared.numbers import whole_number
from shared.startup.settings import SharedSettings


def _room_hours(value: object) -> object:
    """`12=72,7=0.5` as a dict; anything else is left for pydantic to refuse."""
    if not isinstance(value, str):
        return value
    pairs = (pair.partition("=") for pair in value.split(",") if pair.strip())
    try:
        hours = {whole_number(room.strip()): float(number) for room, _, number in pairs}
    except ValueError:
        hours = {}
    if not hours or None in hours or not all(0 < each < float("inf") for each in hours.values()):
        raise ValueError("must be room=hours pairs like 12=72,7=0.5, hours above 0")
    return hours


def _room_progress(value: object) -> object:
    """`12=quiet,7=off` as a dict; anything else is left for pydantic to refuse."""
    if not isinstance(value, str):
        return value
    pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
    known, words = get_args(Progress), {whole_number(room): word for room, _, word in pairs}
    if not words or None in words or not all(word in known for word in words.values()):
        raise ValueError(f"must be room=word pairs like 12=quiet,7=off ({', '.join(known)})")
    return words


def _without_password(url: HttpUrl) -> HttpUrl:
    """It stands in the environment of every agent, and Claude's CLI would take none anyway."""
    if url.username or url.password:
        raise ValueError("must hold no name and no password")
    return url


RoomProgress = Annotated[dict[int, Progress] | None, NoDecode, BeforeValidator(_room_progress)]
RoomHours = Annotated[dict[int, float] | None, NoDecode, BeforeValidator(_room_hours)]


class ConsumerSettings(SharedSettings):
    """Everything the worker process reads from its environment."""

    bot_variables: dict[str, SecretStr] = Field({})
    """Every variable that has a value: what `${NAME}` in a bot file stands for."""
    campfire_url: HttpUrl
    anthropic_api_key: SecretStr
    anthropic_base_url: Annotated[HttpUrl, AfterValidator(_without_password)] | None = None
    session_ttl_hours: float = Field(24, gt=0)
    session_ttl_rooms: RoomHours = None
    """By room id; goes before the bot's own and before `session_ttl_hours`."""
    session_store: Literal["disk", "redis"] = "disk"
    """Where records and transcripts live; with `redis` any consumer can go on with a lane."""
    max_hot_sessions: int = Field(0, ge=0)
    """Connected clients at once; 0: as many as the memory for sessions affords."""
    session_memory_mb: int | None = Field(None, gt=0)
    """What all clients may hold together; None: a share of the machine's or container's."""
    agent_memory: Literal["auto", "small", "full"] = "auto"
    """How agents deal with memory; auto: small where few full ones fit into that."""
    spare_sessions: int = Field(1, ge=0)
    """Clients a bot that are connected before a new lane asks for one."""
    session_max_turns: int = Field(200, gt=0)
    """Turns after which a client is closed and its conversation resumed in a new one."""
    turn_timeout_seconds: float = Field(300, gt=0)
    max_turns: int = Field(30, gt=0)
    """Model calls in one turn, where the bot's file does not say."""
    max_turns_at_once: int = Field(10, gt=0)
    campfire_storage: Path | None = None
    """Campfire's /rails/storage, mounted read-only: its database and the files that people post."""
    message_max_age_minutes: float = Field(15, gt=0)
    """A message older than this when its turn comes is not answered, only told of."""
    busy: Busy = "queue"
    """Several messages in a row of one person: a turn each, or one; a bot's file goes before."""
    catch_up: Literal["on", "off"] = "on"
    """Whether what never reached us is looked for in the rooms, where Campfire lists messages."""
    progress: Progress = "steps"
    """Signs of life in the room; a bot's file, and a room, may want less or more."""
    progress_rooms: RoomProgress = None
    """By room id; goes before the bot's own and before `progress`."""
    command_files_mb: int = Field(1024, gt=0)
    """MiB on disk below a room's folder and temporary folder of a bot with Bash."""
    command_processes: int = Field(256, gt=0)
    """Processes and threads of a room's commands."""
    command_memory_mb: int = Field(1024, gt=0)
    """MiB that a room's commands may hold."""
    command_seconds: float = Field(120, gt=0)
    """Of one command."""
    outbox_max_files: int = Field(10, ge=0)
    """Files that one answer may bring; 0: none."""
    outbox_file_mb: float = Field(20, gt=0)
    outbox_total_mb: float = Field(50, gt=0)
    """All files of one answer together."""
    shutdown_grace_seconds: float = Field(20, ge=0)
    """How long running turns may go on after SIGTERM before they are handed back."""
    lease_seconds: float = Field(10, gt=0.2)
    """A consumer that has not been heard of for so long is dead for the others."""
    member: str | None = Field(None, pattern=r"^[a-z0-9-]{1,40}$")
    """This consumer's name among others; None: one that is made once and kept in `data_dir`."""
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(None, ge=0, le=65535)
    """Where a Prometheus may ask this process for its metrics; None: nowhere. 0: any free port."""
    stuck_after_seconds: float = Field(30, gt=0)
    """An event loop that has not turned for so long ends the process."""

    @classmethod
    def variables_in(cls, given: Mapping[str, Any]) -> Collection[str]:
        """Here the agents run: what their servers are told must be there."""
        return frozenset(given.get("bot_variables", ()))

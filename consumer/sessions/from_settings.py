"""Opens the session manager as the settings say: its bounds, and where its two stores are."""

import tempfile
from collections.abc import Mapping

from redis.asyncio import Redis

from consumer.agent.agent_memory import agent_memory
from consumer.agent.memory_share import sessions_share_mb
from consumer.agent.settings import SessionSettings
from consumer.agent.time_to_live import TimeToLive
from consumer.archive.records import Clock
from consumer.archive.redis_records import RedisRecords
from consumer.archive.redis_transcripts import RedisTranscripts
from consumer.archive.transcripts import Copies, DiskTranscripts
from consumer.cage.bounds import CageBounds
from consumer.claude.client import claude_clients
from consumer.queue.homes import Homes
from consumer.queue.ownership.membership import Membership
from consumer.sessions.session_manager import SessionManager
from consumer.settings import ConsumerSettings
from consumer.tool_calls.tooling import Tooling
from shared.bots import Bot
from shared.keys import Keys
from shared.startup.admin_token import admin_token_file


def manager_from_settings(
    settings: ConsumerSettings,
    own: SessionSettings,
    redis: Redis,
    tooling: Tooling,
    *,
    member: Membership,
    homes: Homes,
    clock: Clock,
) -> SessionManager:
    """A manager, not started; `own` is what `session_settings` gives.

    `tooling`: what agents may call, beside the CLI's own tools, as their bots' files say. `member`,
    `homes`: who we are among several consumers, and whose each lane is. `clock`: one by all.
    """
    if settings.session_store == "disk":
        return SessionManager(own, tooling=tooling, clock=clock)
    # For each resume the SDK copies a transcript into a temporary folder. Here no caged tool can
    # read it, and the guard deletes it should we be killed.
    own.run_dir.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(own.run_dir)
    keys = Keys(settings.redis_prefix)
    transcripts = RedisTranscripts(redis, keys, own.ttl.longest)
    return SessionManager(
        own,
        records=RedisRecords(redis, keys, own.ttl.for_lane, member.me),
        transcripts=Copies(transcripts, DiskTranscripts(own.claude_dir)),
        make_client=claude_clients(own, transcripts, tooling),
        tooling=tooling,
        clock=clock,
        member=member.name,
        homes=homes,
        is_first=lambda: member.is_first,
    )


def session_settings(settings: ConsumerSettings, bots: Mapping[str, Bot]) -> SessionSettings:
    """The session manager's part; `bots` is read again whenever a bot's TTL is asked for."""
    base_url = settings.anthropic_base_url
    return SessionSettings(
        data_dir=settings.data_dir,
        api_key=settings.anthropic_api_key.get_secret_value(),
        secret_files=(*settings.secret_files, admin_token_file(settings.data_dir)),
        variables={
            name: value.get_secret_value() for name, value in settings.bot_variables.items()
        },
        hidden=tuple(filter(None, (settings.bots_dir, settings.campfire_storage))),
        documents=lambda: tuple(bot.knowledge for bot in bots.values() if bot.knowledge),
        base_url=str(base_url) if base_url else None,
        telemetry_url=_telemetry_url(settings),
        ttl=TimeToLive(settings.session_ttl_hours, settings.session_ttl_rooms, bots),
        cage=CageBounds(
            files_mb=settings.command_files_mb,
            processes=settings.command_processes,
            memory_mb=settings.command_memory_mb,
            seconds=settings.command_seconds,
        ),
        turn_timeout=settings.turn_timeout_seconds,
        max_turns=settings.max_turns,
        max_hot=settings.max_hot_sessions,
        memory_mb=settings.session_memory_mb,
        agent_memory=agent_memory(
            settings.agent_memory, sessions_share_mb(settings.session_memory_mb)
        ),
        spares=settings.spare_sessions,
        session_max_turns=settings.session_max_turns,
    )


def _telemetry_url(settings: ConsumerSettings) -> str | None:
    """None where the collector asks for a token or a password: in a CLI's environment its tools
    could read it."""
    endpoint = settings.otel_exporter_otlp_endpoint
    if endpoint is None or endpoint.password or settings.otel_exporter_otlp_headers is not None:
        return None
    return str(endpoint)

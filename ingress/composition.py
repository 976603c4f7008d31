"""The web process's parts, put together as its settings say."""

from dataclasses import dataclass
from pathlib import Path

from ingress.access import Access, OperatorAccess
from ingress.intake.deliveries import Deliveries
from ingress.intake.reception import Reception
from ingress.intake.spool import Spool
from ingress.live.hub import Hub
from ingress.parts import Parts
from ingress.settings import IngressSettings
from shared.acceptance.loop_guard import LoopGuard
from shared.acceptance.queue import RedisQueue
from shared.audit import AuditTrail
from shared.bots import Roster
from shared.errors import ConfigurationError
from shared.keys import Keys
from shared.redis.client import redis_client
from shared.startup.admin_token import admin_token, metrics_token
from shared.startup.event_secrets import EventSecrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is read once, from files and variables, before anything starts."""

    roster: Roster
    access: Access
    token: str
    """The operators'."""
    event_secrets: EventSecrets

    @classmethod
    def read(cls, settings: IngressSettings) -> "Known":
        """Read it; raises ConfigurationError."""
        roster = settings.roster()
        return cls(
            roster=roster,
            access=Access.from_settings(settings, roster),
            token=admin_token(settings),
            event_secrets=settings.secrets_of_events(),
        )


def parts_from_settings(settings: IngressSettings, known: Known, *, most_streams: int) -> Parts:
    """The parts, of which none has asked Redis for anything yet; raises ConfigurationError."""
    redis, keys = redis_client(settings.redis_url), Keys(settings.redis_prefix)
    events = redis_client(settings.redis_url, max_connections=5, socket_timeout_s=10)
    queue = RedisQueue(
        redis,
        keys,
        lane_max_waiting=settings.lane_max_waiting,
        replicas=settings.redis_wait_replicas,
        guard=_loop_guard(settings, known.roster),
    )
    return Parts(
        access=known.access,
        operators=OperatorAccess.from_settings(settings, known.token),
        scrapers=OperatorAccess(metrics_token(settings)),
        reception=Reception(queue, Spool(spool_folder(settings))),
        deliveries=Deliveries(redis, keys),
        redis=redis,
        keys=keys,
        replicas=settings.redis_wait_replicas,
        sentences=settings.sentences,
        hub=Hub(events, keys, most=most_streams),
        links=settings.links(known.token),
        event_secrets=known.event_secrets,
        audit=AuditTrail(redis, keys, settings.audit_entries),
        page=settings.page(known.token),
        bot_files=settings.bot_files(known.roster),
    )


def _loop_guard(settings: IngressSettings, roster: Roster) -> LoopGuard:
    return LoopGuard(
        bots=roster,
        hop_limit=settings.bot_hop_limit,
        rate_per_hour=settings.bot_rate_per_hour,
    )


def spool_folder(settings: IngressSettings) -> Path:
    """Where messages wait while Redis is away; raises ConfigurationError when it cannot be."""
    folder = settings.data_dir / "spool" / settings.redis_prefix
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError([f"DATA_DIR: cannot create {folder}: {error.strerror}"]) from error
    return folder

"""`python -m ingress`: the web process."""

from shared.startup.process import begin, begun, exit_on_bad_configuration

if __name__ == "__main__":
    begin()

import errno
import signal
import socket
import sys
from pathlib import Path

import structlog

from ingress.access import Access, OperatorAccess
from ingress.app import create_app
from ingress.connections.descriptors import shares
from ingress.intake.reception import Reception
from ingress.intake.refusals import Refusals
from ingress.intake.spool import Spool
from ingress.live.hub import Hub
from ingress.parts import Parts
from ingress.server import Server
from ingress.settings import IngressSettings, listed
from shared.acceptance.loop_guard import LoopGuard
from shared.acceptance.queue import RedisQueue
from shared.audit import AuditTrail
from shared.bots import Roster
from shared.errors import ConfigurationError
from shared.keys import Keys
from shared.logs import configure_logs
from shared.redis.asking_sentinels import refuse_unknown_master
from shared.redis.client import redis_client
from shared.startup.admin_token import admin_token, metrics_token, tell_where
from shared.startup.data_dir import close_to_others
from shared.startup.event_secrets import EventSecrets
from shared.startup.exposure import tell_exposures
from shared.startup.settings import load_settings
from shared.startup.traces import trace

UNREAD_MS = 30_000
"""How long what we sent may lie unread; Linux's tcp(7)."""

log = structlog.get_logger()


def main() -> None:
    """Serve until SIGTERM; raises ConfigurationError before it listens."""
    settings = load_settings(IngressSettings)
    roster = settings.roster()
    access = Access.from_settings(settings, roster)
    token, secrets = admin_token(settings), settings.secrets_of_events()
    configure_logs(settings.log_format, settings.log_level, process="web")
    refuse_unknown_master(settings.redis_url)
    trace("campfire-ai-bot-web", settings)
    close_to_others(settings.data_dir)
    share = shares()
    listener = listen(settings.host, settings.port, share.backlog)
    redis, keys = redis_client(settings.redis_url), Keys(settings.redis_prefix)
    queue = RedisQueue(
        redis,
        keys,
        lane_max_waiting=settings.lane_max_waiting,
        replicas=settings.redis_wait_replicas,
        guard=LoopGuard(
            bots=roster,
            hop_limit=settings.bot_hop_limit,
            rate_per_hour=settings.bot_rate_per_hour,
        ),
    )
    hub = Hub(
        redis_client(settings.redis_url, max_connections=5, socket_timeout_s=10),
        keys,
        most=share.streams,
    )
    app = create_app(
        Parts(
            access=access,
            operators=OperatorAccess.from_settings(settings, token),
            scrapers=OperatorAccess(metrics_token(settings)),
            reception=Reception(queue, Spool(spool_folder(settings))),
            refusals=Refusals(redis, keys),
            redis=redis,
            keys=keys,
            replicas=settings.redis_wait_replicas,
            sentences=settings.sentences,
            hub=hub,
            links=settings.links(token),
            event_secrets=secrets,
            audit=AuditTrail(redis, keys, settings.audit_entries),
            page=settings.page(token),
            bot_files=settings.bot_files(roster),
        )
    )
    host, port = listener.getsockname()[:2]
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn stops in order, then raises the signal again: its clean end would read as a kill.
        signal.signal(number, lambda *_: sys.exit(0))
    tell_where(settings)
    tell_exposures()
    _tell_secretless(roster, secrets)
    log.info(
        "ingress_listening",
        host=host,
        port=port,
        bots=sorted(bot.id for bot in roster.taking_part),
        most_connections=share.connections,
        most_streams=share.streams,
    )
    begun()
    Server(app, hub, share, listed(settings.trusted_proxies)).run(sockets=[listener])


def _tell_secretless(roster: Roster, secrets: EventSecrets) -> None:
    """Of bots that take events which nobody can send."""
    for bot in roster.taking_part:
        if bot.events is not None and secrets.of(bot.id) is None:
            advice = f"python -m operate event-secret {bot.id}"
            log.warning("events_without_secret", bot=bot.id, advice=advice)


def spool_folder(settings: IngressSettings) -> Path:
    """Where messages wait while Redis is away; raises ConfigurationError when it cannot be."""
    folder = settings.data_dir / "spool" / settings.redis_prefix
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError([f"DATA_DIR: cannot create {folder}: {error.strerror}"]) from error
    return folder


def listen(host: str, port: int, backlog: int) -> socket.socket:
    """Bind before anything else starts; raises ConfigurationError naming the setting."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Every connection inherits it: a watcher who reads nothing for so long is hung up on.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
    try:
        listener.bind((host, port))
        # From here on a delivery waits for us: none is refused after we say that we are back.
        listener.listen(backlog)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"PORT: {port} on {host} is in use by another program"
        else:
            reason = f"HOST, PORT: cannot listen on {host}:{port}: {error.strerror}"
        raise ConfigurationError([reason]) from error
    return listener


if __name__ == "__main__":
    exit_on_bad_configuration(main)

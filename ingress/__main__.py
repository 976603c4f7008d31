"""`python -m ingress`: the web process."""

from shared.startup.process import begin, begun, exit_on_bad_configuration

if __name__ == "__main__":
    begin()

import errno
import signal
import socket
import sys

import structlog

from ingress.app import create_app
from ingress.composition import Known, parts_from_settings
from ingress.connections.descriptors import Shares, shares
from ingress.server import Server
from ingress.settings import IngressSettings, listed
from shared.bots import Roster
from shared.errors import ConfigurationError
from shared.logs import configure_logs
from shared.redis.asking_sentinels import refuse_unknown_master
from shared.startup.admin_token import tell_where
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
    known = Known.read(settings)
    _prepare(settings)
    share = shares()
    listener = listen(settings.host, settings.port, share.backlog)
    parts = parts_from_settings(settings, known, most_streams=share.streams)
    app = create_app(parts)
    _end_in_order()
    tell_where(settings)
    tell_exposures()
    _tell_secretless(known.roster, known.event_secrets)
    _tell_listening(listener, known.roster, share)
    begun()
    Server(app, parts.hub, share, listed(settings.trusted_proxies)).run(sockets=[listener])


def _prepare(settings: IngressSettings) -> None:
    configure_logs(settings.log_format, settings.log_level, process="web")
    refuse_unknown_master(settings.redis_url)
    trace("campfire-ai-bot-web", settings)
    close_to_others(settings.data_dir)


def _end_in_order() -> None:
    """uvicorn stops in order, then raises the signal again: its clean end would read as a kill."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))


def _tell_listening(listener: socket.socket, roster: Roster, share: Shares) -> None:
    host, port = listener.getsockname()[:2]
    log.info(
        "ingress_listening",
        host=host,
        port=port,
        bots=sorted(bot.id for bot in roster.taking_part),
        most_connections=share.connections,
        most_streams=share.streams,
    )


def _tell_secretless(roster: Roster, secrets: EventSecrets) -> None:
    """Of bots that take events which nobody can send."""
    for bot in roster.taking_part:
        if bot.events is not None and secrets.of(bot.id) is None:
            advice = f"python -m operate event-secret {bot.id}"
            log.warning("events_without_secret", bot=bot.id, advice=advice)


def listen(host: str, port: int, backlog: int) -> socket.socket:
    """Bind before anything else starts; raises ConfigurationError naming the setting."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Every connection inherits these. asyncio sets the first for its own sockets alone, and
    # without it an answer's body waits for the late acknowledgement of its head (40 ms).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # A watcher who reads nothing for so long is hung up on.
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

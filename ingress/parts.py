"""What the routes work with, as one typed object of the app."""

from dataclasses import dataclass

from fastapi.requests import HTTPConnection
from redis.asyncio import Redis

from ingress.access import Access, OperatorAccess
from ingress.live.hub import Hub
from ingress.live.links import Links
from ingress.reception import Reception
from shared.bots.watching import BotFiles
from shared.catalogue import Catalogue
from shared.keys import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of this process; `redis` is closed when the app shuts down."""

    access: Access
    operators: OperatorAccess
    scrapers: OperatorAccess
    """Who may read the metrics."""
    reception: Reception
    redis: Redis
    keys: Keys
    sentences: Catalogue
    hub: Hub
    """Its client is closed with it."""
    links: Links
    bot_files: BotFiles | None = None
    """None: the bots stay as they are."""


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the app that serves this request or socket."""
    parts: Parts = connection.app.state.parts
    return parts

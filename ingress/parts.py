"""What the routes work with, as one typed object of the app."""

from dataclasses import dataclass, field
from functools import partial

from fastapi.requests import HTTPConnection
from redis.asyncio import Redis

from ingress.access import Access, OperatorAccess
from ingress.intake.deliveries import Deliveries
from ingress.intake.reception import Reception
from ingress.live.hub import Hub
from ingress.live.links import Links
from ingress.operator.page.live.made_once import MadeOnce
from ingress.operator.page.page_parts import PageParts
from ingress.outside.rates import Rates
from shared.audit import NO_AUDIT, Audit
from shared.bots.watching import BotFiles
from shared.catalogue import Catalogue
from shared.keys import Keys
from shared.startup.event_secrets import EventSecrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of this process; `redis` is closed when the app shuts down."""

    access: Access
    operators: OperatorAccess
    scrapers: OperatorAccess
    """Who may read the metrics."""
    reception: Reception
    deliveries: Deliveries
    redis: Redis
    keys: Keys
    replicas: int = 0
    """How many have to hold a message before it counts as taken."""
    sentences: Catalogue
    hub: Hub
    """Its client is closed with it."""
    links: Links
    event_secrets: EventSecrets
    page: PageParts
    ready: MadeOnce = field(default_factory=partial(MadeOnce, 0.0))
    """Who asks whether it is ready while that is looked at hears the same: each look holds a
    connection of Redis for half a second where a replica is missing, and anybody may ask."""
    audit: Audit = NO_AUDIT
    rates: Rates = field(init=False)
    """How many events each bot takes."""
    bot_files: BotFiles | None = None
    """None: the bots stay as they are."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "rates", Rates(self.redis, self.keys))


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the app that serves this request or socket."""
    parts: Parts = connection.app.state.parts
    return parts

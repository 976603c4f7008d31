"""What the page works with, as one typed object of the ingress's parts."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from redis.asyncio import Redis
from redis.exceptions import RedisError

from ingress.operator.page.authentication.attempts import Attempts
from ingress.operator.page.authentication.codes import Codes
from ingress.operator.page.authentication.log_ins import LogIns
from ingress.operator.page.authentication.log_outs import LogOuts
from ingress.operator.page.live.editions import Editions
from ingress.operator.page.live.made_once import MadeOnce
from ingress.operator.page.rendering import Templates
from shared.catalogue import Catalogue
from shared.keys import Keys
from shared.operating.reading.by_room import CountedByRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """The parts of the operator's page; it has no connections of its own."""

    log_ins: LogIns
    codes: Codes
    attempts: Attempts
    hosts: Collection[str]
    """The names under which it is shown, besides addresses and localhost."""
    templates: Templates
    made: MadeOnce = field(default_factory=MadeOnce)
    editions: Editions = field(default_factory=Editions)
    by_room: CountedByRoom = field(default_factory=CountedByRoom)
    log_outs: LogOuts = field(default_factory=LogOuts)

    async def is_out(self, redis: Redis, keys: Keys, log_in_id: str) -> bool:
        """Whether this log-in has ended; asked once a moment for all that is open of it.

        Raises RedisError where that is not known.
        """
        look = partial(self.log_outs.are_of, redis, keys, log_in_id)
        return await self.made.get(("out", log_in_id), look)

    async def is_known_to_be_out(self, redis: Redis, keys: Keys, log_in_id: str) -> bool:
        """The same for what is open already: without Redis there comes nothing new."""
        try:
            return await self.is_out(redis, keys, log_in_id)
        except (RedisError, OSError):
            return False

    def forget(self) -> None:
        """What is shown is made anew: somebody changed it, and looks at what came of that."""
        self.made.forget()
        self.editions.forget()

    @classmethod
    def of(
        cls,
        sentences: Catalogue,
        admin_token: str,
        view_token: str | None = None,
        hosts: Collection[str] = (),
    ) -> Self:
        """The page's parts; takes 0.1 s, once a process: see Signer."""
        return cls(
            log_ins=LogIns.of(admin_token, view_token),
            codes=Codes.of(admin_token),
            attempts=Attempts(),
            hosts=frozenset(hosts),
            templates=Templates(sentences),
        )

"""What the page works with, as one typed object of the ingress's parts."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Self

from ingress.operator.page.door.attempts import Attempts
from ingress.operator.page.door.codes import Codes
from ingress.operator.page.door.log_outs import LogOuts
from ingress.operator.page.door.sessions import Sessions
from ingress.operator.page.live.made_once import MadeOnce
from ingress.operator.page.rendering import Templates
from shared.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """The parts of the operator's page; it has no connections of its own."""

    sessions: Sessions
    codes: Codes
    attempts: Attempts
    hosts: Collection[str]
    """The names under which it is shown, besides addresses and localhost."""
    templates: Templates
    made: MadeOnce = field(default_factory=MadeOnce)
    log_outs: LogOuts = field(default_factory=LogOuts)

    @classmethod
    def of(
        cls,
        sentences: Catalogue,
        admin_token: str,
        view_token: str | None = None,
        hosts: Collection[str] = (),
    ) -> Self:
        """Takes 0.1 s, once a process: see Signer."""
        return cls(
            sessions=Sessions.of(admin_token, view_token),
            codes=Codes.of(admin_token),
            attempts=Attempts(),
            hosts=frozenset(hosts),
            templates=Templates(sentences),
        )

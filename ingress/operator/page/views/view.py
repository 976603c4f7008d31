"""What a page is: its name, its parts, and how it reads what stands in them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from ingress.operator.page.authentication.log_ins import LogIn
from ingress.parts import Parts, parts_of
from shared.numbers import whole_number

PAGES = (
    *("now", "lanes", "messages", "approvals", "on-time"),
    *("dead-letters", "bots", "machines", "audit"),
)
"""As the list beside every page has them."""
SAID_ONCE = ("done", "n", "problem")
"""What a button's answer puts into the address, for one showing."""
MOST_CHARACTERS = 300
NO_ROOM = 0

Values = dict[str, Any]
"""What templates are given."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Somebody who looks at a page: with which right, at which rows."""

    parts: Parts
    who: LogIn
    query: Mapping[str, str]
    """The page's filters, as its address has them."""

    @classmethod
    def of(cls, request: Request, who: LogIn) -> "Looking":
        """Who looks, and at what, by this request."""
        given = request.query_params.items()
        query = {k: v[:MOST_CHARACTERS].strip() for k, v in given if k not in SAID_ONCE}
        return cls(parts_of(request), who, {k: v for k, v in query.items() if v})

    @property
    def key(self) -> tuple[Any, ...]:
        """What is equal for all who see the same."""
        return self.who.right, tuple(sorted(self.query.items()))

    def asked(self, name: str) -> str | None:
        """A filter's value; None where it is not set."""
        return self.query.get(name)

    @property
    def may_read(self) -> bool:
        """Whether what people or agents wrote is asked for, by who may act."""
        return self.asked("text") == "yes" and self.who.may_act

    @property
    def room(self) -> int | None:
        """The room that is asked for; of what is no number the rows of no room are shown, not all
        of them as if they fitted."""
        return None if self.asked("room") is None else self.number("room") or NO_ROOM

    def number(self, name: str) -> int | None:
        """A filter's value where it is a number."""
        return whole_number(self.query.get(name))


Read = Callable[[Looking], Awaitable[Values]]


@dataclass(frozen=True, slots=True)
class View:
    """A page. Its template is `name.html`, a part's `name/part.html`, its element's id the part."""

    name: str
    read: Read
    """What its templates are given; raises RedisError."""
    live: tuple[str, ...] = ()
    """The parts that are kept up to date while it is open."""
    read_live: Read | None = None
    """What these are given, where that is less."""
    below: str | None = None
    """The page of the list that it belongs to; None: it stands there itself."""

    @property
    def folder(self) -> str:
        """Where its templates are."""
        return self.name.replace("-", "_")

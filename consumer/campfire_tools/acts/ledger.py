"""What a turn's tools have put into the room, as it is kept with the message. Pure.

A rerun asks the model anew, and its calls have other ids: so they are known by their number within
the turn alone. The n-th message of a rerun takes the place of the n-th that is recorded.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Wire = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One message; recorded before it is sent."""

    html: str
    said: str
    """A digest of the model's own words: the same words are the same message, whatever mentions
    are known by now."""
    message_id: str | None = None
    """None: it was sent, and no answer is on record."""
    gone: bool = False
    """It was, or is being, taken away again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boosted:
    """One boost; recorded before it is put up."""

    message_id: str
    """Whose boost it is."""
    text: str
    boost_id: int | None = None
    """None: it was sent, and no answer is on record."""
    above: int | None = None
    """Another one of ours with an id above this may stand too: it was sent, and nobody saw it
    arrive."""
    on: str = ""
    """Whose that other one is."""
    instead_of: tuple[str, int] | None = None
    """The boost in whose place it is, its message's id first, while that may still stand."""


@dataclass(slots=True)
class ToolsLedger:
    """The posts and boosts of one message's turn, whichever attempt at it made them."""

    posts: list[Posted] = field(default_factory=list)
    boosts: list[Boosted] = field(default_factory=list)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "ToolsLedger":
        """What `wire` gave; empty of a message without one."""
        boosts = [dict(each) for each in stored.get("boosts", ())]
        for each in boosts:
            each["instead_of"] = tuple(each["instead_of"]) if each.get("instead_of") else None
        return cls(
            [Posted(**each) for each in stored.get("posts", ())], [Boosted(**b) for b in boosts]
        )

    def wire(self) -> Wire:
        """The ledger as it is recorded; see `read`."""
        return {"posts": list(map(asdict, self.posts)), "boosts": list(map(asdict, self.boosts))}

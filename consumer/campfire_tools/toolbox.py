"""The toolbox: gathers the tools that a bot's file grants, of those that this Campfire allows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from consumer.campfire.client import Campfire
from consumer.campfire.probe import Offers
from consumer.toolboxes import Tool
from shared.bots import Bot

Needs = Literal["post", "index", "edit", "boosts"]
"""A call of Campfire's bot API: v1.4.9 has POST alone."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A tool, and what it needs of Campfire."""

    tool: Tool
    needs: Needs = "post"


Grants = Mapping[str, Sequence[Offered]]
"""Tools by the name under which a bot's file grants them."""


class CampfireTools:
    """The toolbox "campfire"."""

    name = "campfire"

    def __init__(self, campfire: Campfire, *grants: Grants) -> None:
        self._campfire = campfire
        self._tools = {name: tools for some in grants for name, tools in some.items()}

    def tools(self, bot: Bot) -> Sequence[Tool]:
        """See Toolbox."""
        return tuple(self._of(bot))

    def _of(self, bot: Bot) -> Iterator[Tool]:
        for name in bot.campfire:
            for offered in self._tools.get(name, ()):
                if can(self._campfire.known_offers, offered.needs):
                    yield offered.tool


def can(offers: Offers | None, needs: Needs) -> bool:
    """Whether a Campfire has the call; one that has not said yet may have it."""
    if needs == "post" or offers is None:
        return True
    return {"index": offers.index, "edit": offers.edit, "boosts": offers.boosts}[needs]

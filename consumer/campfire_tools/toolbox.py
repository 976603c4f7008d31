"""The toolbox: gathers the tools that a bot's file grants, of those that this Campfire allows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from consumer.campfire.client import Campfire
from consumer.campfire.probe import Offers
from consumer.toolboxes import Tool
from shared.bots import Bot

Needs = Literal["index", "edit", "boosts"]
"""A call of Campfire's bot API beside POST, which is all that v1.4.9 has."""

NEEDS: Mapping[str, Needs] = {
    "search": "index",
    "around": "index",
    "people": "index",
    "edit": "edit",
    "boost": "boosts",
}
"""What the tools need, by the name under which a bot's file grants them; others: POST alone."""

Grants = Mapping[str, Sequence[Tool]]
"""Tools by that name."""


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
        for name in can_here(bot.campfire, self._campfire.known_offers):
            yield from self._tools.get(name, ())


def can_here(names: Iterable[str], offers: Offers | None) -> tuple[str, ...]:
    """The granted tools for which this Campfire has the calls; all, while it has not said so."""
    if offers is None:
        return tuple(names)
    has = {None: True, "index": offers.index, "edit": offers.edit, "boosts": offers.boosts}
    return tuple(name for name in names if has[NEEDS.get(name)])

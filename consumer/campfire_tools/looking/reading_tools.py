"""The tools that read in the room of the turn."""

from collections.abc import Callable
from datetime import datetime

from consumer.campfire.client import Campfire
from consumer.campfire_tools.looking.around import Around
from consumer.campfire_tools.looking.people import People
from consumer.campfire_tools.looking.searching import Searching
from consumer.campfire_tools.toolbox import Grants


def reading_tools(campfire: Campfire, now: Callable[[], datetime]) -> Grants:
    """`search`, `around` and `people`; `now` carries the time zone in which they tell times."""
    tools = Searching(campfire, now), Around(campfire, now), People(campfire, now)
    return {name: offered for tool in tools for name, offered in tool.grants.items()}

"""Builds the toolbox "campfire" as the settings say."""

from consumer.campfire_tools.reading_tools import reading_tools
from consumer.campfire_tools.toolbox import CampfireTools
from consumer.foundation import Foundation


def campfire_tools_from_settings(base: Foundation) -> CampfireTools:
    """What bots' files grant under `campfire`."""
    return CampfireTools(
        base.campfire,
        lambda bot: bot.campfire,
        reading_tools(base.campfire, base.now),
    )

"""The knowledge folders of all bots, as the settings and the bots' files say."""

from consumer.knowledge.folders import KnowledgeFolders
from consumer.settings import ConsumerSettings
from shared.bots import Roster


def knowledge_from_settings(settings: ConsumerSettings, roster: Roster) -> KnowledgeFolders:
    """The folders of the bots that take part, as their files are at each look."""
    return KnowledgeFolders(
        settings.data_dir / "knowledge",
        lambda: [bot.knowledge for bot in roster.taking_part if bot.knowledge is not None],
    )

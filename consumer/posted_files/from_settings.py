"""Builds the toolbox as the settings say; what keeps it closed is told once, in the log."""

import structlog

from consumer.posted_files.storage import CampfireStorage
from consumer.posted_files.toolbox import FilesToolbox
from consumer.settings import ConsumerSettings
from shared.bots import Roster

log = structlog.get_logger()


def files_from_settings(settings: ConsumerSettings, roster: Roster) -> FilesToolbox:
    """The toolbox, over the storage that is mounted, if one is and this release knows its kind."""
    return FilesToolbox(_storage(settings, roster), roster.user_id)


def _storage(settings: ConsumerSettings, roster: Roster) -> CampfireStorage | None:
    folder = settings.campfire_storage
    if folder is None:
        wanting = sorted(bot.id for bot in roster.taking_part if bot.files is not None)
        if wanting:
            why = "CAMPFIRE_STORAGE names no folder: what people post cannot be opened"
            log.warning("posted_files_closed", reason=why, bots=wanting)
        return None
    storage = CampfireStorage(folder)
    if trouble := storage.trouble():
        why = f"CAMPFIRE_STORAGE ({folder}): {trouble}"
        log.warning("posted_files_closed", reason=why)
        return None
    return storage

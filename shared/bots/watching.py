"""The bot files while the service runs: a changed one counts from the next message on."""

import asyncio
import errno
import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import structlog

from shared.bots.bot import Bot
from shared.bots.reading import load_bot
from shared.bots.roster import Roster
from shared.errors import ConfigurationError

LOOK_EVERY_S = 1.0
NONE_FREE = (errno.EMFILE, errno.ENFILE)

log = structlog.get_logger()

Seen = frozenset[tuple[str, int, int]]
Check = Callable[[Bot], None]
"""Raises ConfigurationError for a bot that cannot be used here."""


class BotFiles:
    """Puts what changed in `folder` into the roster, which every part asks at each message.

    A file that cannot be used leaves its bot as it was. A new bot needs a restart: its key, too,
    is read at the start.
    """

    def __init__(
        self,
        folder: Path,
        roster: Roster,
        *,
        check: Check = lambda _: None,
        variables: Collection[str] | None = None,
    ) -> None:
        """`variables`: see shared.bots.beside."""
        self._folder = folder
        self._roster = roster
        self._check = check
        self._variables = variables
        self._seen = self._look()
        self._blind = False

    async def watch(self) -> None:
        """Never returns: looks now and then, at sizes and times only."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except (OSError, ConfigurationError) as error:
                # No descriptor is free, or the disk is away: the bots stay as they are meanwhile.
                self._tell(blind=True, reason=getattr(error, "strerror", None))
            else:
                self._tell(blind=False)

    async def look(self) -> None:
        """Take in what has changed since the last look."""
        seen = await asyncio.to_thread(self._look)
        if seen == self._seen:
            return
        changed = await asyncio.to_thread(lambda: list(self._changed()))
        self._seen = seen
        if changed:
            self._roster.replace(changed)
        for bot in changed:
            log.info("bot_reloaded", bot=bot.id)

    def _tell(self, *, blind: bool, reason: str | None = None) -> None:
        """Log the beginning and the end of a time in which the folder cannot be read."""
        if blind and not self._blind:
            log.warning("bot_files_unreadable", reason=reason)
        elif self._blind and not blind:
            log.info("bot_files_readable")
        self._blind = blind

    def _look(self) -> Seen:
        """Every file of the folder: prompts stand beside the bot files."""
        return frozenset(self._stats())

    def _stats(self) -> Iterator[tuple[str, int, int]]:
        for name in os.listdir(self._folder):  # not glob: since 3.13 it takes errors for emptiness
            try:
                found = (self._folder / name).stat()
            except OSError:
                continue  # gone meanwhile: the next look sees that
            yield name, found.st_mtime_ns, found.st_size

    def _changed(self) -> Iterator[Bot]:
        names = sorted(name for name in os.listdir(self._folder) if name.endswith(".yaml"))
        for file in (self._folder / name for name in names):
            try:
                bot = self._usable(file)
            except (ConfigurationError, OSError) as error:
                if _none_free(error):
                    raise  # nothing is wrong with the file: the next look reads it
                log.error("bot_file_not_used", file=file.name, problems=_told(error))
                continue
            if bot is not None:
                yield bot

    def _usable(self, file: Path) -> Bot | None:
        """The file's bot, None where it is not new; raises ConfigurationError or OSError."""
        bot = load_bot(file, self._variables)
        if bot.id not in self._roster:
            log.warning("bot_needs_a_restart", bot=bot.id)
        elif bot != self._roster[bot.id]:
            self._check(bot)
            return bot
        return None


def _none_free(error: BaseException | None) -> bool:
    return error is not None and (
        getattr(error, "errno", None) in NONE_FREE or _none_free(error.__cause__)
    )


def _told(error: ConfigurationError | OSError) -> list[str]:
    return error.problems if isinstance(error, ConfigurationError) else [type(error).__name__]

"""The bot files while the service runs: a changed one counts from the next message on."""

import asyncio
import errno
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import structlog

from shared.bots.bot import Bot
from shared.bots.reading import clashes, ids_by_file, load_bot
from shared.bots.roster import Roster
from shared.bots.yaml_file import read_yaml
from shared.errors import ConfigurationError

LOOK_EVERY_S = 1.0
NONE_FREE = (errno.EMFILE, errno.ENFILE)

log = structlog.get_logger()

Seen = frozenset[tuple[str, int, int]]
Check = Callable[[Bot], None]
"""Raises ConfigurationError for a bot that cannot be used here."""


class Keys(Protocol):
    """The bots' Campfire keys, by bot id, as they were last read."""

    def read(self, bot: Bot) -> str | None:
        """As it is now, None where the bot has none; raises ConfigurationError."""
        ...

    def get(self, bot_id: str) -> str | None:
        """As it was last read."""
        ...


def nothing_else(bot: Bot) -> None:
    """Refuses no bot: whatever its file may say can be used here."""
    del bot


class BotFiles:
    """Puts what changed in `folder` into the roster, which every part asks at each message.

    A file that cannot be used leaves its bot as it was, and the roster says what is wrong. A new
    bot takes part as soon as it has a key; a bot whose file is gone stays until a restart.
    """

    def __init__(
        self,
        folder: Path,
        roster: Roster,
        *,
        check: Check = nothing_else,
        variables: Collection[str] | None = None,
        keys: Keys | None = None,
        key_folder: Path | None = None,
    ) -> None:
        """`variables`: see shared.bots.beside. `keys`: None: who takes part stays as it is."""
        self._folder, self._key_folder = folder, key_folder
        self._roster = roster
        self._check = check
        self._variables = variables
        self._keys = keys
        self._ids = ids_by_file(folder)
        self._looking = asyncio.Lock()
        self._seen = self._look()
        self._blind = False
        roster.look = self._look_unless_blind

    async def watch(self) -> None:
        """Look now and then, at sizes and times only; never returns."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self._look_unless_blind()

    async def _look_unless_blind(self) -> None:
        try:
            await self.look()
        except (OSError, ConfigurationError) as error:
            # No descriptor is free, or the disk is away: the bots stay as they are meanwhile.
            self._tell(blind=True, reason=getattr(error, "strerror", None))
        else:
            self._tell(blind=False)

    async def look(self) -> None:
        """Take in what has changed since the last look; who comes meanwhile waits for that."""
        async with self._looking:
            seen = await asyncio.to_thread(self._look)
            if seen == self._seen:
                return
            broken = dict[str, tuple[str, ...]]()
            changed = await asyncio.to_thread(lambda: list(self._changed(broken)))
            self._seen = seen
            self._roster.broken = broken
            if changed:
                self._roster.replace(changed, self._known_keys(changed))
            for bot in changed:
                self._tell_of(bot)

    def _known_keys(self, bots: Iterable[Bot]) -> Mapping[str, str] | None:
        if self._keys is None:
            return None
        keys = {bot.id: self._keys.get(bot.id) for bot in bots}
        return {bot_id: key for bot_id, key in keys.items() if key is not None}

    def _tell_of(self, bot: Bot) -> None:
        log.info("bot_reloaded", bot=bot.id)
        if not self._roster.takes_part(bot.id):
            advice = f"python -m operate key {bot.id}, or set {bot.key_variable} and restart"
            log.warning("bot_has_no_key", bot=bot.id, advice=advice)

    def _tell(self, *, blind: bool, reason: str | None = None) -> None:
        """Log the beginning and the end of a time in which the folder cannot be read."""
        if blind and not self._blind:
            log.warning("bot_files_unreadable", reason=reason)
        elif self._blind and not blind:
            log.info("bot_files_readable")
        self._blind = blind

    def _look(self) -> Seen:
        """Every file of the folder, as prompts stand beside the bot files; skills; keys."""
        skills = {bot.skills.folder for bot in self._roster.values() if bot.skills}
        keys = [self._key_folder] if self._key_folder and self._key_folder.is_dir() else []
        return frozenset(
            [
                *_stats(self._folder, os.listdir(self._folder)),
                *(it for folder in keys for it in _stats(folder, os.listdir(folder))),
                *(it for folder in skills for it in _stats(folder, _below(folder))),
            ]
        )

    def _changed(self, broken: dict[str, tuple[str, ...]]) -> Iterator[Bot]:
        names = sorted(name for name in os.listdir(self._folder) if name.endswith(".yaml"))
        beside = dict(self._roster)
        for file in (self._folder / name for name in names):
            try:
                bot = self._usable(file, beside)
            except (ConfigurationError, OSError) as error:
                if _none_free(error):
                    raise  # nothing is wrong with the file: the next look reads it
                broken[self._ids.get(file.name, file.stem)] = tuple(_told(error))
                log.error("bot_file_not_used", file=file.name, problems=_told(error))
                continue
            if bot is not None:
                beside[bot.id] = bot
                yield bot

    def _usable(self, file: Path, beside: Mapping[str, Bot]) -> Bot | None:
        """The file's bot, None where it is not new; raises ConfigurationError or OSError.

        `beside`: those that there are, with what this look has taken in so far.
        """
        bot = load_bot(file, self._variables)
        self._refuse_second_file(file, bot)
        self._ids[file.name] = bot.id
        if bot.id not in self._roster and (found := list(clashes(file, bot, beside))):
            raise ConfigurationError(found)
        if not self._has_another_key(bot) and bot == self._roster.get(bot.id):
            return None
        self._check(bot)
        return bot

    def _has_another_key(self, bot: Bot) -> bool:
        before = self._keys.get(bot.id) if self._keys else None
        return self._keys is not None and self._keys.read(bot) != before

    def _refuse_second_file(self, file: Path, bot: Bot) -> None:
        """A copy whose id nobody changed would take the bot over, with what it grants."""
        for name, bot_id in self._ids.items():
            if bot_id == bot.id and name != file.name and _still_says(self._folder / name, bot_id):
                what = f"the id {bot.id} is used by another file too"
                raise ConfigurationError([f"{file}:1: {what}"])


def _still_says(file: Path, bot_id: str) -> bool:
    """Whether that file is there and, as far as it can be read, of this bot."""
    try:
        return file.is_file() and read_yaml(file).values.get("id", bot_id) == bot_id
    except ConfigurationError:
        return True


def _below(folder: Path) -> Iterator[str]:
    return (os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)


def _stats(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Not by glob, which since 3.13 takes errors for emptiness."""
    for name in names:
        try:
            found = (folder / name).stat()
        except OSError:
            continue  # gone meanwhile: the next look sees that
        yield str(folder / name), found.st_mtime_ns, found.st_size


def _none_free(error: BaseException | None) -> bool:
    return error is not None and (
        getattr(error, "errno", None) in NONE_FREE or _none_free(error.__cause__)
    )


def _told(error: ConfigurationError | OSError) -> list[str]:
    return error.problems if isinstance(error, ConfigurationError) else [type(error).__name__]

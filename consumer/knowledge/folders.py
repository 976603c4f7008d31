"""Keeps the indexes of all knowledge folders as the folders are, while the service runs."""

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import rmtree

import structlog

from consumer.documents.bounded import Bounds
from consumer.documents.children import Children
from consumer.knowledge.folder_state import FolderState, lines, told
from consumer.knowledge.library import Holdings, Library, NoIndexYet
from consumer.knowledge.schema import index_file
from consumer.knowledge.taking_in import TakenIn, take_in
from consumer.knowledge.walk import stamps
from shared.between_processes.service_status import KnowledgeStatus
from shared.bots import Bot
from shared.catalogue import Catalogue

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 3.0
SHARE = 0.01
"""Of the time at most is spent in looking: of a big folder that takes longer, so it is rarer."""
FAILED_WAIT_S = 30.0
"""Before a run is tried again that ended badly as a whole."""


class KnowledgeFolders:
    """One run at a time, whatever changed."""

    def __init__(
        self,
        home: Path,
        folders: Callable[[], Iterable[Path]],
        *,
        bounds: Bounds | None = None,
    ) -> None:
        """`home`: where the indexes lie; `folders`: those that the bots' files name now."""
        self._home = home
        self._folders = folders
        self._bounds = bounds or Bounds()
        self._states: dict[Path, FolderState] = {}
        self._children = Children()
        self._looked_s = 0.0
        self.changed: Callable[[], None] = lambda: None
        """Called when there is something new to tell of a folder."""

    def state_of(self, bot: Bot) -> FolderState | None:
        """What is known of a bot's folder; None where it has none."""
        return None if bot.knowledge is None else self.state(bot.knowledge)

    def lines(self, bot: Bot, sentences: Catalogue) -> Iterable[str]:
        """What `status` says of a bot's folder, as HTML; nothing where it has none."""
        state = self.state_of(bot)
        return () if state is None else lines(state, sentences)

    def statuses(self, bots: Iterable[Bot]) -> Iterable[KnowledgeStatus]:
        """What operators are told of each bot that has a folder."""
        for bot in bots:
            if (state := self.state_of(bot)) is not None:
                yield told(bot.id, state)

    def to_do_of(self, bot: Bot) -> int:
        """How many files of a bot's folder are still to be taken in."""
        state = self.state_of(bot)
        return 0 if state is None else state.to_do

    def index_of(self, bot: Bot) -> Path | None:
        """Where the index of a bot's folder lies, or will; None where it has no folder."""
        return None if bot.knowledge is None else self.index(bot.knowledge)

    def state(self, folder: Path) -> FolderState:
        """What is known of a folder; nothing of one that no look was taken at."""
        return self._states.get(folder, FolderState())

    def index(self, folder: Path) -> Path:
        """Where a folder's index lies, or will."""
        return index_file(self._home, folder)

    async def run(self) -> None:
        """Bring the indexes up to date with the folders, now and then; never returns."""
        await asyncio.to_thread(self._drop_others)
        while True:
            self._looked_s = 0.0
            for folder in dict.fromkeys(self._folders()):
                await self.look(folder)
            await asyncio.sleep(max(LOOK_EVERY_S, self._looked_s / SHARE))

    async def look(self, folder: Path) -> None:
        """Take in what changed in it since the last look."""
        state, began = self._states.setdefault(folder, FolderState()), time.monotonic()
        try:
            seen = await asyncio.to_thread(_seen, folder)
        except OSError as error:
            self._missing(state, folder, error)
            return
        self._looked_s += time.monotonic() - began
        state.is_missing = False
        if seen != state.seen and time.monotonic() >= state.again_at:
            ended_well = await self._take_in(folder, state)
            state.seen = seen if ended_well else state.seen
            state.again_at = 0.0 if ended_well else time.monotonic() + FAILED_WAIT_S

    def _missing(self, state: FolderState, folder: Path, error: OSError) -> None:
        if not state.is_missing:
            log.warning("knowledge_folder_unreadable", folder=folder.name, reason=error.strerror)
            state.is_missing = True
            self.changed()

    async def _take_in(self, folder: Path, state: FolderState) -> bool:
        """Run the child over it; whether that ended well."""
        index, began = self.index(folder), time.monotonic()

        def left(files: int) -> None:
            state.to_do = files

        try:
            taken = await take_in(folder, index, self._bounds, left, self._children)
        except OSError as error:
            log.error("knowledge_run_failed", folder=folder.name, reason=error.strerror)
            return False
        finally:
            state.to_do = 0
        state.holdings = await asyncio.to_thread(_holdings, index)
        self.changed()
        _log(folder, state, taken, time.monotonic() - began)
        return taken.exit_code == 0

    def _drop_others(self) -> None:
        """The indexes of folders that no bot has any more."""
        kept = {self.index(folder).parent.name for folder in self._folders()}
        for entry in self._home.iterdir() if self._home.is_dir() else []:
            if entry.name not in kept:
                rmtree(entry, ignore_errors=True)


def _seen(folder: Path) -> int:
    return hash(tuple(stamps(folder).items()))


def _holdings(index: Path) -> Holdings:
    try:
        return Library(index).holdings()
    except NoIndexYet:
        return Holdings()


def _log(folder: Path, state: FolderState, taken: TakenIn, seconds: float) -> None:
    if taken.exit_code:
        log.error("knowledge_run_failed", folder=folder.name, exit_code=taken.exit_code)
        return
    log.info(
        "knowledge_taken_in",
        folder=folder.name,
        files=taken.files,
        seconds=round(seconds, 1),
        readable=state.holdings.files,
        unreadable=len(state.holdings.troubles),
    )

"""What the operator mounts as `CAMPFIRE_STORAGE`: Campfire's own /rails/storage."""

import asyncio
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from consumer.posted_files import database
from consumer.posted_files.blob import read_blob, too_big
from consumer.posted_files.posted_file import PostedFile, Viewer
from consumer.toolboxes import ToolFailed

LOCAL = "local"
UNREACHABLE = "Campfire's files cannot be read at the moment."


class CampfireStorage:
    """Campfire's database and files, only read."""

    def __init__(self, folder: Path) -> None:
        self._database = folder / "db" / "production.sqlite3"
        self._files = folder / "files"

    def trouble(self) -> str | None:
        """Why no file could be opened, in a sentence for operators; None where they can."""
        if not os.access(self._files, os.R_OK | os.X_OK):
            return "there is no folder files in it that this service may read"
        if not os.access(self._database, os.R_OK):
            return "there is no db/production.sqlite3 in it that this service may read"
        if self._would_be_in_the_way():
            return "it can be written to by this service: mount it read-only"
        if self._sleeps():
            return None  # nobody can look now; whoever asks for a file later is told if need be
        lacking = database.missing(self._database)
        return f"its database is not as this release knows it: {lacking}" if lacking else None

    async def lately(self, viewer: Viewer, most: int) -> Sequence[PostedFile]:
        """See Storage."""
        return await self._asked(viewer, most)

    async def one(self, viewer: Viewer, message_id: int) -> PostedFile | None:
        """See Storage."""
        found = await self._asked(viewer, 1, message_id)
        return found[0] if found else None

    async def read(self, file: PostedFile, longest: int) -> bytes:
        """See Storage."""
        if file.service != LOCAL:
            raise ToolFailed("That file is kept somewhere else than beside Campfire.")
        if file.size > longest:
            raise ToolFailed(too_big(file.size, longest))
        return await asyncio.to_thread(read_blob, self._files, file.key, longest)

    def _would_be_in_the_way(self) -> bool:
        """Whether a look while Campfire is down would leave files that Campfire may not write to.

        SQLite makes a write-ahead log where there is none and it may, for readers too; root's is
        made the owner's.
        """
        may_write = os.access(self._database.parent, os.W_OK)
        return may_write and os.geteuid() not in (0, self._database.stat().st_uid)

    def _sleeps(self) -> bool:
        """Whether Campfire is down, and its database cannot be opened without writing beside it."""
        log = self._database.with_name(self._database.name + "-wal")
        return not log.exists() and not os.access(self._database.parent, os.W_OK)

    async def _asked(
        self, viewer: Viewer, most: int, message_id: int | None = None
    ) -> Sequence[PostedFile]:
        try:
            return await asyncio.to_thread(database.files, self._database, viewer, most, message_id)
        except sqlite3.Error:
            raise ToolFailed(UNREACHABLE) from None

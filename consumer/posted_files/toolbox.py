"""The tools for files that people post: `list` them, `open` one. Only where storage is mounted."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from pydantic import BaseModel, Field

from consumer.posted_files.kinds import PICTURE, kind_of_file
from consumer.posted_files.opening import Opened, Opener
from consumer.posted_files.posted_file import PostedFile, Storage, Viewer
from consumer.toolboxes import Asking, PerLane, Result, Tool, ToolFailed
from shared.bots import Bot, PostedFiles

MOST = 20
"""Files that are listed."""
CHARACTERS = 20_000
"""Of a text that one call gives."""
LIST = "Lists the newest files and pictures that were posted in this room, each with its number."
OPEN = (
    "Opens a file or picture that was posted in this room: a picture to look at, anything else as "
    "text. A picture stays in view for the rest of the conversation: open it once."
)

OTHER_KIND = "Files of that kind cannot be opened here; documents, texts and pictures can."

log = structlog.get_logger(__name__)


class ListFiles(BaseModel):
    """What `list` is asked: nothing."""


class OpenFile(BaseModel):
    """What `open` is asked."""

    number: int = Field(gt=0, lt=2**63, description="The file's number, as you were told it.")
    start: int = Field(
        0, ge=0, description="Where to go on in a long text, as an earlier call said."
    )


class FilesToolbox:
    """Gives its tools to each bot whose file has `files`, where there is a storage."""

    name = "files"

    def __init__(
        self,
        storage: Storage | None,
        user_id: Callable[[str], int],
        opener: Opener | None = None,
    ) -> None:
        """`user_id`: of a bot in Campfire, by its id."""
        self._storage, self._user_id = storage, user_id
        self._opener = opener or Opener()
        self._lanes, self._one = PerLane(1), asyncio.Lock()

    def tools(self, bot: Bot) -> Sequence[Tool]:
        """See Toolbox."""
        if self._storage is None or bot.files is None:
            return ()
        return (
            Tool(name="list", description=LIST, input=ListFiles, run=self._list),
            Tool(name="open", description=OPEN, input=OpenFile, run=self._open),
        )

    async def _list(self, asked: Any, asking: Asking) -> Result:
        storage, _ = self._granted(asking)
        found = await storage.lately(self._viewer(asking), MOST)
        if not found:
            return Result("Nobody has posted a file in this room.")
        return Result(asking.boundary.block("\n".join(map(_line, found))))

    async def _open(self, asked: Any, asking: Asking) -> Result:
        began = time.monotonic()
        storage, may = self._granted(asking)
        file = await storage.one(self._viewer(asking), asked.number)
        if file is None:
            raise ToolFailed("No file of that number was posted in this room.")
        async with self._lanes.of(asking.lane), self._one:  # what waits is not in memory yet
            data = await storage.read(file, round(may.max_mb * 1e6))
            kind = _kind(data, file, may)
            opened = await self._opener.open(data, kind)
        seconds = round(time.monotonic() - began, 2)
        log.info(
            "posted_file_opened",
            bot_id=asking.bot.id,
            room=asking.lane.room_id,
            kind=kind,
            bytes=len(data),
            seconds=seconds,
        )
        if opened.picture is not None:
            return Result(asking.boundary.block(_line(file)), (opened.picture,))
        return Result(_text(file, opened, asked.start, asking))

    def _granted(self, asking: Asking) -> tuple[Storage, PostedFiles]:
        """By the bot of the turn: its file may have changed since its agent started."""
        if self._storage is None or asking.bot.files is None:
            raise ToolFailed("You may open no files.")
        return self._storage, asking.bot.files

    def _viewer(self, asking: Asking) -> Viewer:
        return Viewer(
            room_id=asking.lane.room_id,
            bot_user_id=self._user_id(asking.bot.id),
            asker_user_id=asking.asker.user_id if asking.asker is not None else None,
        )


def _kind(data: bytes, file: PostedFile, may: PostedFiles) -> str:
    kind = kind_of_file(data, file.name, file.content_type)
    if kind is None:
        raise ToolFailed(OTHER_KIND)
    if kind == PICTURE and not may.pictures:
        raise ToolFailed("It is a picture, and you may not look at pictures.")
    return kind


def _line(file: PostedFile) -> str:
    name, who = " ".join(file.name.split()), " ".join(file.posted_by.split())
    return f"{file.message_id}: {name} ({file.size:,} bytes), by {who}, {file.posted_at} UTC"


def _text(file: PostedFile, opened: Opened, start: int, asking: Asking) -> str:
    """A part of it inside the boundary; outside, which part it is."""
    text = opened.text
    part = text[start : start + CHARACTERS]
    if not part:
        raise ToolFailed("There is no text in it." if not text else "It ends before that.")
    inside = f"{_line(file)}\n\n{part}"
    which = how_much(start, start + len(part), len(text), cut=opened.cut)
    return f"[{which}]\n{asking.boundary.block(inside)}"


def how_much(start: int, end: int, length: int, *, cut: bool) -> str:
    """Which part of the text it is, in words for the model; `cut`: the file holds more of it."""
    if start == 0 and end == length and not cut:
        return "all of it"
    part = f"characters {start} to {end} of {'the first ' if cut else ''}{length}"
    if end < length:
        return f"{part}; go on with start={end}"
    return f"{part}; what comes after them cannot be opened here" if cut else f"{part}, its end"

"""A file becomes text or a picture in a child: caged where that can be, and bounded anyhow."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from consumer.documents import caged
from consumer.toolboxes import Picture, ToolFailed

TOO_MUCH = "It could not be opened: that takes too long, or too much memory."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of opening one file."""

    seconds: float = 40
    """By the clock; the wait for the file before it is not counted."""
    cpu_seconds: int = 20
    memory_mb: int = 768


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file is to a model: a picture, or a text."""

    text: str = ""
    picture: Picture | None = None


class Opener:
    """Opens one file at a time: each may hold its whole bound in memory."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._one = asyncio.Lock()
        self._caged: bool | None = None

    async def open(self, data: bytes, kind: str) -> Opened:
        """By its kind (kinds.py); raises ToolFailed."""
        async with self._one:
            head, rest = await self._told(data, kind)
        if "trouble" in head:
            raise ToolFailed(head["trouble"])
        if "media_type" in head:
            return Opened(picture=Picture(rest, head["media_type"]))
        return Opened(text=rest.decode())

    async def _told(self, data: bytes, kind: str) -> tuple[dict[str, Any], bytes]:
        if self._caged is None:
            self._caged = await caged.can_be_caged()
        child = await caged.start(self._errand(kind), caged=self._caged)
        try:
            async with asyncio.timeout(self._limits.seconds):
                told, _ = await child.communicate(data)
            head, _, rest = told.partition(b"\n")
            return json.loads(head), rest
        except (TimeoutError, ValueError, OSError):
            raise ToolFailed(TOO_MUCH) from None
        finally:
            await caged.end(child)

    def _errand(self, kind: str) -> caged.Errand:
        limits = str(self._limits.cpu_seconds), str(self._limits.memory_mb)
        return caged.Errand(module="consumer.posted_files.child", arguments=(kind, *limits))

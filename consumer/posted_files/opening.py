"""A file becomes text or a picture in a child: caged where that can be, and bounded anyhow."""

import json
from dataclasses import dataclass

from consumer.documents.answering import Answering
from consumer.documents.caged import Errand
from consumer.toolboxes import Picture, ToolFailed

TOO_MUCH = "It could not be opened: that takes too long, or too much memory."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What opening one file may take."""

    seconds: float = 40
    """By the clock."""
    cpu_seconds: int = 20
    memory_mb: int = 768


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file is to a model: a picture, or a text."""

    text: str = ""
    cut: bool = False
    """The text is only its beginning: there is more in the file."""
    picture: Picture | None = None


class Opener:
    """Opens files; each that is open may hold its whole bound in memory."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._answering = Answering()

    async def open(self, data: bytes, kind: str) -> Opened:
        """What a file is to a model, by its kind (kinds.py); raises ToolFailed."""
        try:
            seconds = self._limits.seconds
            told = await self._answering.answer(self._errand(kind), data, seconds=seconds)
            line, _, rest = told.partition(b"\n")
            head: dict[str, str] = json.loads(line)
        except (TimeoutError, ValueError, OSError):
            raise ToolFailed(TOO_MUCH) from None
        if "trouble" in head:
            raise ToolFailed(head["trouble"])
        if "media_type" in head:
            return Opened(picture=Picture(rest, head["media_type"]))
        return Opened(text=rest.decode(), cut="cut" in head)

    def _errand(self, kind: str) -> Errand:
        limits = str(self._limits.cpu_seconds), str(self._limits.memory_mb)
        return Errand(module="consumer.posted_files.child", arguments=(kind, *limits))

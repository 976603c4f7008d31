"""What came from the web as text, made in a caged child that is bounded in memory and seconds.

A page of 2 MB may keep a parser busy for hours: the child's end is a sentence, and nobody else's
trouble.
"""

import asyncio
import json
from dataclasses import dataclass

from consumer.documents.answering import Answering
from consumer.documents.caged import Errand
from consumer.toolboxes import ToolFailed
from consumer.web.fetching import Page

UNREADABLE = "That page could not be read: it is too big or too involved."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading one page may take."""

    seconds: float = 15
    cpu_seconds: int = 6
    memory_mb: int = 512
    at_once: int = 2


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's words."""

    title: str
    text: str
    cut: bool = False
    """There is more of the page than this."""


class PageReader:
    """Makes text of pages."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._places = asyncio.Semaphore(self._limits.at_once)
        self._answering = Answering()

    async def read(self, page: Page) -> PageText:
        """The page's text; raises ToolFailed for what is none."""
        head = {"type": page.content_type, "address": str(page.location), "cut": page.cut}
        given = json.dumps(head).encode() + b"\n" + page.data
        try:
            async with self._places:
                seconds = self._limits.seconds
                told = await self._answering.answer(self._errand, given, seconds=seconds)
            title, text, cut = json.loads(told)
        except (TimeoutError, ValueError, OSError):
            raise ToolFailed(UNREADABLE) from None
        return PageText(title, text, cut)

    @property
    def _errand(self) -> Errand:
        limits = str(self._limits.cpu_seconds), str(self._limits.memory_mb)
        return Errand(module="consumer.web.reading_child", arguments=limits)

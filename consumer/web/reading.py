"""What came from the web as text, made in a child that is bounded in memory and seconds.

A page of 2 MB may keep a parser busy for hours: the child's end is a sentence, and nobody else's
trouble.
"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from consumer.toolboxes import ToolFailed
from consumer.web.fetching import Page

_ROOT = Path(__file__).parents[2]
UNREADABLE = "That page could not be read: it is too big or too involved."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of reading one page."""

    seconds: float = 15
    cpu_seconds: int = 6
    memory_mb: int = 512
    at_once: int = 2


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's words."""

    title: str
    text: str


class PageReader:
    """Makes text of pages."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._places = asyncio.Semaphore(self._limits.at_once)

    async def read(self, page: Page) -> PageText:
        """The page's text; raises ToolFailed for what is none."""
        head = {"type": page.content_type, "address": str(page.location), "cut": page.cut}
        async with self._places:
            title, text = await self._told(json.dumps(head).encode() + b"\n" + page.data)
        return PageText(title, text)

    async def _told(self, given: bytes) -> tuple[str, str]:
        child = await self._child()
        try:
            async with asyncio.timeout(self._limits.seconds):
                told, _ = await child.communicate(given)
            title, text = json.loads(told)
        except (TimeoutError, ValueError, OSError):
            raise ToolFailed(UNREADABLE) from None
        finally:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
        return title, text

    async def _child(self) -> Process:
        limits = self._limits
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-s", "-m", "consumer.web.reading_child"),
            *(str(limits.cpu_seconds), str(limits.memory_mb)),
            cwd=_ROOT,
            env={"LANG": "C.UTF-8"},  # nothing of ours that a parser's bug could give away
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,  # a traceback holds words of the page
        )

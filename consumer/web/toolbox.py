"""The tools of the web that a bot's file grants: `fetch`, for the sites it names."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from pydantic import BaseModel, Field

from consumer.toolboxes import Asking, PerLane, Result, Tool, ToolFailed
from consumer.web.fetching import Fetcher, LedElsewhere, Page
from consumer.web.reading import PageReader, PageText
from shared.bots import Bot

CHARACTERS = 20_000
"""Of a page that one call gives."""
OF_A_LANE = 2
"""Fetches at once of the six of all lanes: a page that drips holds its place for 20 seconds."""
_READABLE = ("text/", "application/json", "application/xml", "application/xhtml+xml")
_ALSO = ("+json", "+xml", "/javascript", "/yaml", "/x-yaml")

log = structlog.get_logger(__name__)


class Fetch(BaseModel):
    """What `fetch` is asked."""

    url: str = Field(description="The page's address: https://…")
    start: int = Field(
        0, ge=0, description="Where to go on in a long page, as an earlier call said."
    )


class WebToolbox:
    """Gives `fetch` to each bot whose file names sites."""

    name = "web"

    def __init__(self, fetcher: Fetcher | None = None, reader: PageReader | None = None) -> None:
        self._fetcher = fetcher or Fetcher()
        self._reader = reader or PageReader()
        self._lanes = PerLane(OF_A_LANE)

    def tools(self, bot: Bot) -> Sequence[Tool]:
        """`fetch`, where the file names a site."""
        domains = _domains(bot)
        if not domains:
            return ()
        return (_tool(domains, self._fetch),)

    async def _fetch(self, asked: Any, asking: Asking) -> Result:
        began = time.monotonic()
        try:
            async with self._lanes.of(asking.lane):
                page = await self._page(asked.url, asking)
                _refuse_unreadable(page)
                words = await self._reader.read(page)
        except ToolFailed:
            log.info("web_not_fetched", **_of(asking), seconds=_since(began))
            raise
        log.info("web_fetched", **_of(asking), seconds=_since(began), bytes=len(page.data))
        return Result(_told(page, words, asked.start, asking))

    async def _page(self, url: str, asking: Asking) -> Page:
        try:
            # By the bot of the turn: its file may have changed since its agent started.
            return await self._fetcher.fetch(url, _domains(asking.bot))
        except LedElsewhere as error:
            where = asking.boundary.around(str(error.location))
            raise ToolFailed(f"{error} It leads to {where}") from None


def _tool(domains: Sequence[str], run: Callable[[Any, Asking], Awaitable[Result]]) -> Tool:
    sites = f"Only from {', '.join(domains)}, and what is below them."
    what = f"Fetches a web page and gives its text. {sites}"
    return Tool(name="fetch", description=what, input=Fetch, run=run)


def _domains(bot: Bot) -> Sequence[str]:
    return bot.web.domains if bot.web is not None else ()


def _refuse_unreadable(page: Page) -> None:
    kind = page.content_type.partition(";")[0].strip().lower()
    if kind and not kind.startswith(_READABLE) and not kind.endswith(_ALSO):
        raise ToolFailed("What stands there is no text: a picture, a document, a program.")


def _told(page: Page, words: PageText, start: int, asking: Asking) -> str:
    """The page inside the turn's boundary; outside, how much of it this is."""
    part = words.text[start : start + CHARACTERS]
    if not part.strip():
        raise ToolFailed("There is no text there." if start == 0 else "The page ends before that.")
    end = start + len(part)
    title = [f"Title: {words.title}"] if words.title else []
    inside = asking.boundary.block("\n".join([f"From: {page.location}", *title, "", part]))
    return f"{_how_much(start, end, len(words.text), words.cut)}\n{inside}"


def _how_much(start: int, end: int, length: int, cut: bool) -> str:
    if end < length:
        return f"[characters {start} to {end} of {length}; go on with start={end}]"
    what = "the page" if start == 0 else f"characters {start} to {end}, the page's end"
    return f"[{what}{', as far as it was read: it is too long' if cut else ''}]"


def _of(asking: Asking) -> dict[str, Any]:
    return {"bot_id": asking.bot.id, "room": asking.lane.room_id}


def _since(began: float) -> float:
    return round(time.monotonic() - began, 2)

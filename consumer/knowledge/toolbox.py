"""The toolbox `knowledge`: a bot's agent searches and reads the documents of its folder."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, Field

from consumer.knowledge import answers
from consumer.knowledge.library import Library, NoIndexYet, NoSuchPassage
from consumer.toolboxes import Asking, Result, Tool, ToolFailed
from shared.bots import Bot

NAME = "knowledge"
MOST_FOUND = 8
MOST_READ = 9000
"""Characters of one reading."""
SHORT = 3
"""Sections; a document of so few is read at once, without its table of contents before."""

SEARCH = (
    "Search the documents that this bot was given to know: handbook, policies, price lists and "
    "the like. Search here before you answer what they may say. Give the few words that matter, "
    "in the language of the documents where you know it; all forms of a word are found. Gives "
    "the best sections with file, heading and the words around; read on with the tool `read`. "
    "Whatever you take from them, cite it in your answer by file and heading, in the form that "
    "each result shows."
)
READ = (
    "Read a document of those that `search` finds: from the section with that number on, or, "
    "without a number, what sections it has. Cite what you take from it by file and heading, in "
    "the form that the result shows."
)

Given = TypeVar("Given")


class SearchInput(BaseModel):
    """What to search for."""

    query: str = Field(min_length=1, max_length=400, description="The words to look for.")


class ReadInput(BaseModel):
    """What to read."""

    file: str = Field(
        min_length=1, max_length=1000, description="The document's name as `search` gave it."
    )
    section: int | None = Field(
        None,
        ge=1,
        lt=2**63,
        description="The number of the first section to read, as `search` gave it.",
    )


class Knowledge:
    """Implements Toolbox."""

    def __init__(
        self, index: Callable[[Bot], Path | None], to_do: Callable[[Bot], int] = lambda _: 0
    ) -> None:
        """`index`: where that of a bot's folder lies; None for a bot without one.

        `to_do`: how many files of that folder are still to be taken in.
        """
        self._index = index
        self._to_do = to_do

    @property
    def name(self) -> str:
        """As in the full names of its tools."""
        return NAME

    def tools(self, bot: Bot) -> Sequence[Tool]:
        """Both, where the bot's file names a folder."""
        if self._index(bot) is None:
            return ()
        return (
            Tool(name="search", description=SEARCH, input=SearchInput, run=self._search),
            Tool(name="read", description=READ, input=ReadInput, run=self._read),
        )

    async def _search(self, given: SearchInput, asking: Asking) -> Result:
        passages = await self._asked(asking, lambda it: it.search(given.query, MOST_FOUND))
        return Result(answers.found(passages, self._to_do(asking.bot), asking.boundary))

    async def _read(self, given: ReadInput, asking: Asking) -> Result:
        contents = await self._asked(asking, lambda it: it.contents(given.file))
        if given.section is None and len(contents) > SHORT:
            return Result(answers.contents_of(contents, asking.boundary))
        first = given.section or 1
        passages = await self._asked(asking, lambda it: it.read(given.file, first, MOST_READ))
        return Result(answers.text_of(passages, len(contents), asking.boundary))

    async def _asked(self, asking: Asking, ask: Callable[[Library], Given]) -> Given:
        """The folder is the one that the bot's file names now. Raises ToolFailed."""
        index = self._index(asking.bot)
        if index is None:
            raise ToolFailed("This bot has no knowledge folder any more.")
        try:
            return await asyncio.to_thread(ask, Library(index))
        except NoIndexYet:
            raise ToolFailed("The documents are not ready yet: try again in a minute.") from None
        except NoSuchPassage:
            raise ToolFailed(
                "There is no such document or section: take both from what `search` gives."
            ) from None

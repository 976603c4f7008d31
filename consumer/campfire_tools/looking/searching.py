"""The tool `search`: what was said in the room of the turn, by words, person and time."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from html import unescape

from pydantic import BaseModel, ConfigDict, Field

from consumer.briefing.one_line import RULE
from consumer.campfire.client import Campfire
from consumer.campfire.messages import Message
from consumer.campfire_tools.looking.looking import Look, look_back, reading
from consumer.campfire_tools.looking.telling import LONGEST_READ, at, lines, told, zone
from consumer.campfire_tools.toolbox import Grants
from consumer.toolboxes import Asking, Result, Tool

MOST_LOOKED_AT = 1_000
"""Messages of one search: 25 pages."""
MOST_FOUND = 25
LONGEST = 600
"""Characters of a message that was found; `around` tells more."""


_TAG = re.compile(r"<[^<>]*>")
_ADDRESS = re.compile(r'href="([^"<>]{1,2000})"')


class Wanted(BaseModel):
    """What `search` takes."""

    model_config = ConfigDict(extra="forbid")

    words: str = Field(
        default="", max_length=200, description="all of these occur in it, whatever their case"
    )
    person: str = Field(default="", max_length=100, description="a part of its author's name")
    since: datetime | None = Field(default=None, description="not before this time (ISO 8601)")
    until: datetime | None = Field(default=None, description="before this time (ISO 8601)")
    before: int | None = Field(
        default=None, ge=1, description="only what is older than this message's number: to go on"
    )


class Searching:
    """The tool; `grants` gives it by what a bot's file calls it."""

    def __init__(self, campfire: Campfire, now: Callable[[], datetime]) -> None:
        self._campfire, self._now = campfire, now

    @property
    def grants(self) -> Grants:
        """`search`."""
        search = Tool(
            name="search",
            description="Search what was said in this room, the newest first. Without anything "
            "given: what was said last.",
            input=Wanted,
            run=self._search,
        )
        return {"search": (search,)}

    async def _search(self, wanted: Wanted, asking: Asking) -> Result:
        now = self._now()
        since = _in_zone(wanted.since, now)
        with reading(self._campfire, asking) as room:
            look = await look_back(
                room,
                asking,
                _test(wanted, now),
                before=wanted.before,
                most=MOST_LOOKED_AT,
                most_wanted=MOST_FOUND,
                enough=lambda message: since is not None and message.created_at < since,
            )
        found = await lines([(message, LONGEST) for message in look.messages], now)
        return Result(told(_head(look, now), found, asking.boundary))


def _test(wanted: Wanted, now: datetime) -> Callable[[Message], bool]:
    until = _in_zone(wanted.until, now)
    words, person = _folded(wanted.words).split(), _folded(wanted.person).strip().lstrip("@")

    def fits(message: Message) -> bool:
        if until is not None and message.created_at >= until:
            return False
        author = message.creator.name if message.creator else ""
        if person not in _folded(author):
            return False
        said = _folded(_all_words(message)) if words else ""
        return all(word in said for word in words)

    return fits


def _all_words(message: Message) -> str:
    """Campfire's plain text drops tables and addresses: what the body holds counts too."""
    body = message.html[:LONGEST_READ]
    return f"{message.text}\n{unescape(_TAG.sub(' ', body))}\n{_ADDRESS.findall(body)}"


def _in_zone(time: datetime | None, now: datetime) -> datetime | None:
    return time.replace(tzinfo=now.tzinfo) if time is not None and time.tzinfo is None else time


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _head(look: Look, now: datetime) -> str:
    back = f", back to {at(look.oldest.created_at, now)}" if look.oldest else ""
    found = (
        f"search: {len(look.messages)} found in {look.count} messages{back}; {zone(now)}; {RULE}"
    )
    if look.whole or look.oldest is None:
        return found
    return f"{found}; older ones were not looked at: to go on, search with before={look.oldest.id}"

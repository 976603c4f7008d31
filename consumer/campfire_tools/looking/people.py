"""The tool `people`: who wrote or was mentioned lately in the room of the turn.

Campfire gives bots no list of a room's members.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from consumer.briefing.one_line import named, who
from consumer.campfire.bodies.mentions import mentions
from consumer.campfire.client import Campfire
from consumer.campfire.messages import Message
from consumer.campfire_tools.looking.looking import look_back, reading
from consumer.campfire_tools.looking.telling import at, told, zone
from consumer.campfire_tools.toolbox import Grants
from consumer.toolboxes import Asking, Result, Tool

MOST_LOOKED_AT = 200
MOST_PEOPLE = 60


class Nothing(BaseModel):
    """What `people` takes."""

    model_config = ConfigDict(extra="forbid")


@dataclass(slots=True)
class Person:
    """One who was seen in the room."""

    name: str
    wrote: int = 0
    last: datetime | None = None
    """When they wrote last, or were mentioned, where they did not write."""


class People:
    """The tool; `grants` gives it by what a bot's file calls it."""

    def __init__(self, campfire: Campfire, now: Callable[[], datetime]) -> None:
        self._campfire, self._now = campfire, now

    @property
    def grants(self) -> Grants:
        """`people`."""
        people = Tool(
            name="people",
            description="Who wrote in this room lately, or was mentioned; there may be others.",
            input=Nothing,
            run=self._people,
        )
        return {"people": (people,)}

    async def _people(self, _: Nothing, asking: Asking) -> Result:
        now = self._now()
        with reading(self._campfire, asking) as room:
            look = await look_back(
                room,
                asking,
                lambda _: True,
                before=None,
                most=MOST_LOOKED_AT,
                most_wanted=MOST_LOOKED_AT,
            )
        lines = [_line(person, now) for person in seen_in(look.messages)[:MOST_PEOPLE]]
        head = f"people seen in the last {look.count} messages of this room, {zone(now)}"
        return Result(told(head, lines, asking.boundary))


def seen_in(newest_first: Iterable[Message]) -> list[Person]:
    """Who wrote, the last first; behind them who was only mentioned."""
    people: dict[int, Person] = {}
    for message in newest_first:
        for key, name, wrote in _named_in(message):
            person = people.setdefault(key, Person(name))
            person.wrote += wrote
            if person.last is None or (wrote and person.wrote == 1):
                person.last, person.name = message.created_at, name
    return sorted(people.values(), key=lambda person: person.wrote == 0)


def _named_in(message: Message) -> Iterator[tuple[int, str, bool]]:
    """User ids and names, and whether they wrote it."""
    if message.creator is not None:
        yield message.creator.id, who(message.creator), True
    for mention in mentions(message.html) if "mention" in message.html else ():
        if mention.user_id is not None and mention.name:  # a link's card is an attachment too
            yield mention.user_id, named(mention.name), False


def _line(person: Person, now: datetime) -> str:
    last = at(person.last, now) if person.last else ""
    return f"> {person.name}: " + (
        f"wrote {person.wrote}, last {last}" if person.wrote else f"mentioned, last {last}"
    )

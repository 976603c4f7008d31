"""Who and what is there at the start: two people, the bots of the environment, their rooms.

The layout is that of the recordings: 1 All Talk, 2 Support, 3 Core team (closed, first bot in it),
4 Leadership (closed, no bot), 5 Ada and the first bot, 6 Mike and the first bot, 7 Ada and two
bots, then Ada and each other bot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sandbox.campfire.stored.people import People, Person
from sandbox.campfire.stored.rooms import Rooms

ADA = Person(1, "Ada Admin", "administrator")
MIKE_NAME = "Mike Member"


@dataclass(frozen=True, slots=True)
class BotSeed:
    """One bot as the environment names it."""

    bot_id: str
    user_id: int
    token: str = field(repr=False)
    webhook_url: str = field(repr=False)

    @property
    def name(self) -> str:
        """`technical_assistant` is called "Technical Assistant"."""
        return self.bot_id.replace("_", " ").replace("-", " ").title()


class SeedConflict(Exception):
    """BOT_KEY_{bot_id} names user {user_id}, who is {name} in this sandbox: use another id, or
    delete the sandbox's folder to start afresh."""

    def __init__(self, bot: BotSeed, person: Person) -> None:
        super().__init__(
            f"BOT_KEY_{bot.bot_id.upper()} names user {bot.user_id}, who is {person.name} in this "
            f"sandbox: use another user id, or delete DATA_DIR/sandbox to start afresh."
        )


def seed(people: People, rooms: Rooms, bots: Sequence[BotSeed]) -> None:
    """Make everything that is missing; keys, names and URLs are brought up to date, ids stay.

    Raises `SeedConflict` when a bot's user id belongs to a person.
    """
    ordered = sorted(bots, key=lambda bot: bot.user_id)
    mike = _seed_people(people, ordered)
    _seed_bots(people, ordered)
    _seed_rooms(rooms, people, [bot.user_id for bot in ordered], mike)


def eaten_names(bots: Sequence[BotSeed]) -> list[tuple[str, str]]:
    """Pairs of names where the first is a prefix of the second: Campfire takes `@Ann` out of
    `@Anna` when it calls Ann."""
    names = [bot.name for bot in bots]
    return [(a, b) for a in names for b in names if a != b and b.startswith(a)]


def _seed_people(people: People, bots: Sequence[BotSeed]) -> Person:
    taken = {bot.user_id for bot in bots}
    people.save(ADA)
    mike = next((person for person in people.humans() if person.name == MIKE_NAME), None)
    if mike is None:
        free = next(number for number in range(2, 1000) if number not in taken)
        mike = Person(free, MIKE_NAME, "member")
        people.save(mike)
    for bot in bots:
        person = people.get(bot.user_id)
        if person is not None and not person.is_bot:
            raise SeedConflict(bot, person)
    return mike


def _seed_bots(people: People, bots: Sequence[BotSeed]) -> None:
    present = {bot.user_id for bot in bots}
    for former in people.bots():
        if former.id not in present:
            people.save(replace(former, active=False))
    for bot in bots:
        people.save(
            Person(bot.user_id, bot.name, "bot", True, bot.bot_id, bot.token, bot.webhook_url)
        )


def _seed_rooms(rooms: Rooms, people: People, bot_ids: list[int], mike: Person) -> None:
    humans = [ADA.id, mike.id]
    rooms.ensure("all-talk", "open", "All Talk", humans)
    rooms.ensure("support", "open", "Support", humans)
    rooms.ensure("core-team", "closed", "Core team", humans + bot_ids[:1])
    rooms.ensure("leadership", "closed", "Leadership", humans)
    for member_ids in _pings(bot_ids, mike):
        slug = "-".join(["direct", *map(str, member_ids)])
        rooms.ensure(slug, "direct", None, member_ids)
    for room in rooms.all():
        if room.kind == "open":
            for bot in people.bots():
                rooms.add_member(room.id, bot.id)


def _pings(bot_ids: list[int], mike: Person) -> list[list[int]]:
    first, others = bot_ids[:1], bot_ids[1:]
    pings = [[person_id, *first] for person_id in (ADA.id, mike.id) if first]
    pings += [[ADA.id, *bot_ids[:2]]] if others else []
    return pings + [[ADA.id, bot_id] for bot_id in others]

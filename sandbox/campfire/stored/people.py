"""The people of the sandbox and its bots (a bot is a person with a key and a webhook)."""

import hmac
import sqlite3
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["administrator", "member", "bot"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can write in rooms."""

    id: int
    name: str
    role: Role
    active: bool = True
    bot_id: str | None = None
    token: str | None = field(default=None, repr=False)
    webhook_url: str | None = field(default=None, repr=False)

    @property
    def is_bot(self) -> bool:
        """Whether this is a bot."""
        return self.role == "bot"

    @property
    def bot_key(self) -> str:
        """`<user id>-<token>`, the bot's only credential: never to be logged or shown."""
        return f"{self.id}-{self.token}"


class People:
    """All of them, by id and by key."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def get(self, person_id: int) -> Person | None:
        """One of them by id."""
        rows = self._database.execute("SELECT * FROM people WHERE id = ?", (person_id,))
        return next(map(_person, rows), None)

    def all(self) -> list[Person]:
        """Everybody, in the order of ids."""
        return [*map(_person, self._database.execute("SELECT * FROM people ORDER BY id"))]

    def bots(self) -> list[Person]:
        """The bots whose keys work."""
        return [person for person in self.all() if person.is_bot and person.active]

    def humans(self) -> list[Person]:
        """Those who are not bots."""
        return [person for person in self.all() if not person.is_bot]

    def bot_by_key(self, key: str) -> Person | None:
        """Whose key this is; None for a bad shape, a wrong token, a person or a deactivated bot."""
        head, dash, _ = key.partition("-")
        if not dash or not head.isascii() or not head.isdigit() or len(head) > 18:
            return None
        bot = self.get(int(head))
        if bot is None or not bot.is_bot or not bot.active or not bot.token:
            return None
        return bot if hmac.compare_digest(bot.bot_key.encode(), key.encode()) else None

    def bot_by_bot_id(self, bot_id: str) -> Person | None:
        """A bot by the name the service has for it."""
        return next((person for person in self.all() if person.bot_id == bot_id), None)

    def name_of(self, person_id: int) -> str | None:
        """What a mention of this id is called."""
        person = self.get(person_id)
        return person.name if person else None

    def save(self, person: Person) -> None:
        """Insert, or update what is not the id."""
        self._database.execute(
            "INSERT INTO people (id, name, role, active, bot_id, bot_token, webhook_url)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
            " role = excluded.role, active = excluded.active, bot_id = excluded.bot_id,"
            " bot_token = excluded.bot_token, webhook_url = excluded.webhook_url",
            (
                person.id,
                person.name,
                person.role,
                person.active,
                person.bot_id,
                person.token,
                person.webhook_url,
            ),
        )


def _person(row: sqlite3.Row) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        active=bool(row["active"]),
        bot_id=row["bot_id"],
        token=row["bot_token"],
        webhook_url=row["webhook_url"],
    )

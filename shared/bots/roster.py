"""Who our bots are now: one object that all parts of a process look into."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

from shared.bots.bot import Bot, campfire_user_id
from shared.lane import Lane

Listener = Callable[[], None]


async def _nothing_to_look_at() -> None:
    """The bots come from no files."""


class Roster(Mapping[str, Bot]):
    """The bots by id, as their files are now; only `replace` changes it.

    Those with a Campfire key take part. Of the keys it knows whose they are, not what they are.
    """

    def __init__(self, bots: Mapping[str, Bot], keys: Mapping[str, str]) -> None:
        """`keys` by bot id; raises ValueError for one that is none of Campfire's."""
        self._bots = dict(bots)
        self._user_ids = {bot_id: campfire_user_id(key) for bot_id, key in keys.items()}
        self._in_rooms: dict[tuple[str, int | None], tuple[Bot | None, Bot]] = {}
        """By bot and room (None: in all that have no override): what it was made of, and is."""
        self._listeners: list[Listener] = []
        self.broken: Mapping[str, tuple[str, ...]] = {}
        """What is wrong with files that are not used now, by bot id; the bot is as it was."""
        self.look: Callable[[], Awaitable[None]] = _nothing_to_look_at
        """Looks at the files now; BotFiles puts itself here."""

    def __getitem__(self, bot_id: str) -> Bot:
        return self._bots[bot_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._bots)

    def __len__(self) -> int:
        return len(self._bots)

    @property
    def taking_part(self) -> list[Bot]:
        """The bots that have a key, and so take part."""
        return [bot for bot in self._bots.values() if bot.id in self._user_ids]

    def takes_part(self, bot_id: str) -> bool:
        """Whether it has a file and a key: after a redeploy one of them may be gone."""
        return bot_id in self._bots and bot_id in self._user_ids

    def in_lane(self, lane: Lane) -> Bot:
        """The lane's bot as it is in the lane's room; raises KeyError.

        A turn asks for it five times: of a bot that differs by rooms it is put together once.
        """
        bot = self._bots[lane.bot_id]
        if not bot.room_overrides:
            return bot
        place = lane.bot_id, lane.room_id if lane.room_id in bot.room_overrides else None
        made_of, there = self._in_rooms.get(place, (None, bot))
        if made_of is not bot:
            there = bot.in_room(lane.room_id)
            self._in_rooms[place] = bot, there
        return there

    def user_id(self, bot_id: str) -> int:
        """Its user id in Campfire; raises KeyError for a bot without a key."""
        return self._user_ids[bot_id]

    def is_ours(self, user_id: int | None) -> bool:
        """Whether a user of Campfire is one of our bots that take part."""
        return user_id in self._user_ids.values()

    def replace(self, bots: Iterable[Bot], keys: Mapping[str, str] | None = None) -> None:
        """Take bots in as their files are now, and their `keys` (None: as known); tell who listens.

        Raises ValueError for a key that is none of Campfire's.
        """
        taken = {bot.id: bot for bot in bots}
        if keys is not None:
            for bot_id in taken:
                self._user_ids.pop(bot_id, None)
            found = {bot_id: campfire_user_id(keys[bot_id]) for bot_id in taken if bot_id in keys}
            self._user_ids.update(found)
        self._bots.update(taken)
        for listener in self._listeners:
            listener()

    def on_change(self, listener: Listener) -> None:
        """Call `listener` after each `replace`, in its thread."""
        self._listeners.append(listener)

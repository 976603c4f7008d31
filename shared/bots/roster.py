"""Who our bots are now: one object that all parts of a process look into."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from shared.bots.bot import Bot, campfire_user_id

Listener = Callable[[], None]


class Roster(Mapping[str, Bot]):
    """The bots by id, as their files are now; only `replace` changes it.

    Those with a Campfire key take part. Of the keys it knows whose they are, not what they are.
    """

    def __init__(self, bots: Mapping[str, Bot], keys: Mapping[str, str]) -> None:
        """`keys` by bot id; raises ValueError for one that is none of Campfire's."""
        self._bots = dict(bots)
        self._user_ids = {bot_id: campfire_user_id(key) for bot_id, key in keys.items()}
        self._listeners: list[Listener] = []

    def __getitem__(self, bot_id: str) -> Bot:
        return self._bots[bot_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._bots)

    def __len__(self) -> int:
        return len(self._bots)

    @property
    def taking_part(self) -> list[Bot]:
        """The bots that have a key."""
        return [bot for bot in self._bots.values() if bot.id in self._user_ids]

    def takes_part(self, bot_id: str) -> bool:
        """Whether it has a file and a key: after a redeploy one of them may be gone."""
        return bot_id in self._bots and bot_id in self._user_ids

    def user_id(self, bot_id: str) -> int:
        """Its user id in Campfire; raises KeyError for a bot without a key."""
        return self._user_ids[bot_id]

    def is_ours(self, user_id: int | None) -> bool:
        """Whether a user of Campfire is one of our bots that take part."""
        return user_id in self._user_ids.values()

    def replace(self, bots: Iterable[Bot]) -> None:
        """Take bots in as their files are now, and tell who listens."""
        self._bots.update({bot.id: bot for bot in bots})
        for listener in self._listeners:
            listener()

    def on_change(self, listener: Listener) -> None:
        """Call `listener` after each `replace`, in its thread."""
        self._listeners.append(listener)

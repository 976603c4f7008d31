"""How long an unused session is kept: by its room, else by its bot, else the same for all."""

from collections.abc import Mapping
from datetime import timedelta

from shared.bots import Bot
from shared.lane import Lane


class TimeToLive:
    """The rule; `bots` may change while it is used (a bot's file was edited)."""

    def __init__(
        self,
        hours: float,
        rooms: Mapping[int, float] | None = None,
        bots: Mapping[str, Bot] | None = None,
    ) -> None:
        self._hours = hours
        self._rooms = rooms or {}
        self._bots: Mapping[str, Bot] = bots if bots is not None else {}

    def for_lane(self, lane: Lane) -> timedelta:
        """How long the lane's conversation lives unused."""
        room = self._rooms.get(lane.room_id)
        return timedelta(hours=room or self._of_bot(lane.bot_id) or self._hours)

    def longest(self) -> timedelta:
        """The longest time of any lane: for what is kept without its lane being known."""
        bots = filter(None, map(self._of_bot, self._bots))
        return timedelta(hours=max([self._hours, *self._rooms.values(), *bots]))

    def shortest(self) -> timedelta:
        """The shortest time of any lane: what was used since is too old in none."""
        bots = filter(None, map(self._of_bot, self._bots))
        return timedelta(hours=min([self._hours, *filter(None, self._rooms.values()), *bots]))

    def _of_bot(self, bot_id: str) -> float | None:
        bot = self._bots.get(bot_id)
        return bot.session_ttl_hours if bot is not None else None

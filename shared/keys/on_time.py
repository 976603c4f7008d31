"""What is due when, and in whose zone times are told."""

from shared.keys.tag import Tag
from shared.lane import Lane


class OnTimeKeys(Tag):
    """Kept until it is due, or taken away: nothing of it expires."""

    __slots__ = ()

    @property
    def due(self) -> str:
        """Zset: `schedule:bot:name` or `reminder:room:bot:number` → ms at which it is due next."""
        return self.named("due")

    @property
    def schedules(self) -> str:
        """Hash: `bot:name` → JSON of the timetable by which its next time was found."""
        return self.named("schedules")

    @property
    def last_fired(self) -> str:
        """Hash: a schedule as it is called in `due` → job id of what came of it last."""
        return self.named("last-fired")

    def reminders(self, lane: Lane) -> str:
        """Hash: number → JSON of a reminder of this lane, and under `next` the highest number that
        was ever given."""
        return self.named("reminders", lane)

    def reminders_of(self, user_id: int) -> str:
        """Set of a person's reminders, in all lanes, as they are called in `due`."""
        return self.named("reminders-of", user_id)

    @property
    def zones(self) -> str:
        """Hash: user id → the zone that they said is theirs."""
        return self.named("zones")

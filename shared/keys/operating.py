"""What operators look at, and what they hold back: indexes beside the queue, all bounded."""

from shared.keys.tag import Tag


class OperatingKeys(Tag):
    """What operators are shown. In the queue's hash slot: its scripts write these too."""

    __slots__ = ()

    @property
    def arrivals(self) -> str:
        """Zset: job id → ms by Redis's clock at which it was accepted, of each message that has
        not ended. Control words, which do not wait for a turn, are not in it."""
        return self.named("arrivals")

    @property
    def ended(self) -> str:
        """Zset: job id → ms at which it ended, of the newest messages that have."""
        return self.named("ended")

    @property
    def ended_messages(self) -> str:
        """Hash: job id → JSON of how it went (shared.operating.messages), of those in `ended`."""
        return self.named("ended-messages")

    @property
    def paused(self) -> str:
        """Hash: what is paused → JSON of since when and by whom: see shared.operating.pauses."""
        return self.named("paused")

    @property
    def pauses(self) -> str:
        """List of the newest pauses that are over, as JSON: by them ages stand still."""
        return self.named("pauses")

    @property
    def held(self) -> str:
        """Set of the lanes whose head may run, but for a pause; told in the room when it got in."""
        return self.named("held")

    @property
    def turns(self) -> str:
        """JSON of what an older release's turns are doing: see `turns_of`."""
        return self.named("turns")

    @property
    def web_processes(self) -> str:
        """Hash: host and pid → JSON of what that web process tells of itself; gone soon after the
        last of them is."""
        return self.named("web-processes")

    @property
    def deliveries(self) -> str:
        """Hash: bot id → ms at which Campfire delivered a message to it last; a second late, and
        while Redis is away once it is back, unless the web process has ended by then."""
        return self.named("deliveries")

    @property
    def refusals(self) -> str:
        """Hash: bot id, or `?` → JSON of the delivery that was turned away last."""
        return self.named("refusals")

    def day(self, day: str) -> str:
        """Hash of the counts of one day, `2026-11-28`; kept a week."""
        return self.named("day", day)

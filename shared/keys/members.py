"""The members, which are the consumers that share one queue, and whose lane is whose."""

from shared.keys.tag import Tag


class MemberKeys(Tag):
    """A member is called by `name`, which outlives its process, or by `me`: name and process."""

    __slots__ = ()

    @property
    def members(self) -> str:
        """Zset: `me` → ms by Redis's clock at which its lease lapses, unless its heart beats."""
        return self.named("members")

    @property
    def alone(self) -> str:
        """Set of `me` of the members that bear no other beside them: their sessions are on disk."""
        return self.named("members-alone")

    @property
    def leaving(self) -> str:
        """Set of `me` of the members that drain: they claim nothing more."""
        return self.named("members-leaving")

    @property
    def heard(self) -> str:
        """ms by Redis's clock at which a member beat last, or one asked to be one (members.lua)."""
        return self.named("members-heard")

    @property
    def homes(self) -> str:
        """Hash: lane → name of the member in whose memory its conversation is open."""
        return self.named("homes")

    @property
    def places(self) -> str:
        """Hash: name → how many turns it has room for, after its last claim."""
        return self.named("places")

    def wake_of(self, name: str) -> str:
        """List of at most one element: that member blocks on it instead of polling."""
        return self.named("wake-of", name)

    @property
    def offers(self) -> str:
        """Hash: what the only consumer offers (`offers.lua`): `me`, `handed` and `upto`."""
        return self.named("offers")

    def handed_to(self, me: str) -> str:
        """List of claimed messages, as JSON: it blocks on it (`hand_over.lua`)."""
        return self.named("handed-to", me)

    def commands_of(self, name: str) -> str:
        """List of what is asked of that member, as JSON: see shared.between_processes.commands."""
        return self.named("commands-of", name)

    def commands_taken_by(self, name: str) -> str:
        """List of what it has heard and not yet done: a process that dies leaves it there."""
        return self.named("commands-taken-by", name)

    def heartbeat_of(self, name: str) -> str:
        """JSON of that member's state; expires seconds after its heart stops."""
        return self.named("heartbeat-of", name)

    def turns_of(self, name: str) -> str:
        """JSON of what that member's turns are doing."""
        return self.named("turns-of", name)

    def session_stats_of(self, name: str) -> str:
        """JSON of that member's session manager's `stats()`."""
        return self.named("session-stats-of", name)

"""The queue's keys: what waits and runs. All members share them, in one hash slot of a cluster."""

from shared.inbound import InboundMessage
from shared.keys.tag import Tag
from shared.lane import Lane, Line


class QueueKeys(Tag):
    """Messages and the lines they wait in."""

    __slots__ = ()

    @property
    def format(self) -> str:
        """The version of all these names and of what stands in them: see shared.redis.format."""
        return self.named("format")

    def seen(self, message: InboundMessage) -> str:
        """Set for a week once a message is accepted or refused: a second one changes nothing."""
        return self.named("seen", message.bot_id, message.message_id)

    def lane(self, line: Line | Lane) -> str:
        """List of job ids in the order of acceptance; the head is the lane's turn.

        Of a lane: of the line in which its messages wait for their turn.
        """
        return f"{self.lane_prefix}{line}"

    @property
    def lane_prefix(self) -> str:
        """What every lane's key begins with."""
        return self.named("lane", "")

    @property
    def lanes(self) -> str:
        """Set of lanes that hold a message."""
        return self.named("lanes")

    @property
    def control_due(self) -> str:
        """Zset: job id → ms at which it may run, of each control word at the head of its line that
        does not run."""
        return self.named("control-due")

    def message(self, job_id: str) -> str:
        """Hash: the message, its attempts, its fencing token, and what was posted of its reply."""
        return self.named("message", job_id)

    def notified(self, lane: Line | Lane) -> str:
        """Set of people who were told that they have to wait, until the lane is empty."""
        return self.named("notified", lane)

    @property
    def wake(self) -> str:
        """What an older release's web process wakes us by, a list of one at most; ours: wake_of."""
        return self.named("wake")

    @property
    def commands(self) -> str:
        """List of operators' commands as JSON, for whichever member hears them first."""
        return self.named("commands")

    @property
    def token(self) -> str:
        """Counter of claims. It goes back only with Redis: see consumer.catch_up.answered."""
        return self.named("token")

    @property
    def running(self) -> str:
        """Set of the job ids that a member has claimed."""
        return self.named("running")

    @property
    def suspects(self) -> str:
        """List of job ids that ran when a member died: each runs alone next."""
        return self.named("suspects")

    @property
    def dead_letters(self) -> str:
        """Zset of dead letters: job id → ms of its death."""
        return self.named("dead-letters")

    def dead_letter(self, job_id: str) -> str:
        """Hash: a dead letter's message, reason and attempts; kept until somebody decides."""
        return self.named("dead-letter", job_id)

    @property
    def lease(self) -> str:
        """`members` while any lives; an older release's only consumer put its own name there."""
        return self.named("lease")

    @property
    def heartbeat(self) -> str:
        """JSON of the first member's state; expires seconds after the last heart stops."""
        return self.named("heartbeat")

    @property
    def session_stats(self) -> str:
        """JSON of an older release's session manager's `stats()`: see `session_stats_of`."""
        return self.named("session-stats")

    @property
    def ready_probe(self) -> str:
        """Written whenever somebody asks `/ready`: whether Redis takes writes."""
        return self.named("ready-probe")

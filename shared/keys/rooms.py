"""What is known of rooms and of those who speak there, and the stream of what happens."""

from shared.inbound import InboundMessage
from shared.keys.tag import Tag
from shared.lane import Lane, Line


class RoomKeys(Tag):
    """Kept beside the queue: without them it still answers, once or with less."""

    __slots__ = ()

    def hops(self, room_id: int) -> str:
        """How often bots have answered bots in a room since a person spoke to one there."""
        return self.named("hops", room_id)

    def bot_rate(self, message: InboundMessage) -> str:
        """How often this bot heard this other bot, within the hour that its first message began."""
        return self.named("bot-rate", message.bot_id, message.user_id)

    def not_answered(self, message: InboundMessage, why: str) -> str:
        """Job id of the message whose writer was told last, and less than a day ago, that this bot
        does not answer: them anywhere, or anybody here, or this order of theirs."""
        who = "unknown" if message.user_id is None else message.user_id
        where = message.room_id if why == "room" or message.user_id is None else ""
        word = (message.control or "").replace(" ", "-")
        return self.named("not-answered", message.bot_id, who, why, where, word)

    @property
    def foreign_bots(self) -> str:
        """Set of user ids of bots that are not ours, known since one of ours met them."""
        return self.named("foreign-bots")

    @property
    def mentions(self) -> str:
        """Hash: user id → JSON of the signed id by which Campfire mentions that user."""
        return self.named("mentions")

    @property
    def boosts(self) -> str:
        """Zset of Campfire's ids of our newest boosts, each its own score."""
        return self.named("boosts")

    @property
    def left_signs(self) -> str:
        """Hash: job id of an ended message → what still stands in the room of its signs."""
        return self.named("left-signs")

    def left_signs_taken(self, job_id: str) -> str:
        """Set while one consumer sees to the signs of that message."""
        return self.named("left-signs-taken", job_id)

    @property
    def recent_lanes(self) -> str:
        """Zset of the lanes that were used last: lane → ms of its newest message."""
        return self.named("recent-lanes")

    @property
    def room_names(self) -> str:
        """Hash: lane → its room's name as JSON, null in a ping."""
        return self.named("room-names")

    def first_accepted(self, room_id: int) -> str:
        """Campfire's id of the first message of this room that this Redis accepted; kept a month
        after its last. What lies before it may have been another Redis's, and answered."""
        return self.named("first-accepted", room_id)

    def last_post(self, line: Line) -> str:
        """Campfire's id of the newest answer to a message of this line. A line's own: what a
        control word was answered meanwhile stands after an answer whose post is unclear."""
        return self.named("last-post", line)

    def last_tool_post(self, lane: Lane) -> str:
        """Campfire's id of the newest message that a tool of this lane's agent posted: what is
        looked for stands behind it."""
        return self.named("last-tool-post", lane)

    def notes(self, lane: Lane) -> str:
        """Hash: number → JSON of what was noted in this lane, and under `next` the highest number
        that was ever given; kept until somebody forgets it."""
        return self.named("notes", lane)

    def briefed(self, lane: Lane) -> str:
        """Hash: up to which of Campfire's message ids the agent was told what was said there."""
        return f"{self.briefed_prefix}{lane}"

    @property
    def briefed_prefix(self) -> str:
        """What the keys of `briefed` begin with."""
        return self.named("briefed", "")

    def events(self, lane: Lane) -> str:
        """Stream of what happens in a lane, for its watchers.

        Control words stand in it too, whatever line they wait in.
        """
        return self.named("events", lane.room_id, lane.bot_id)

    @property
    def events_wake(self) -> str:
        """Stream of at most one entry: ends a wait for events when there is a new lane to watch."""
        return self.named("events-wake")

    def event(self, bot_id: str, digest: str) -> str:
        """Id of the event whose body had this digest, for as long as the same one is a repeat."""
        return self.named("event", bot_id, digest)

    def event_rate(self, bot_id: str) -> str:
        """When a bot's allowance of events would be full again, in ms; gone once it is."""
        return self.named("event-rate", bot_id)

    @property
    def audit(self) -> str:
        """Stream of who asked for what, and what ran: see shared.audit. Without chat text."""
        return self.named("audit")

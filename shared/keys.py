"""The names of everything in Redis. arq's keys keep arq's names, so any dashboard reads them."""

from dataclasses import dataclass

from arq.constants import (
    default_queue_name,
    health_check_key_suffix,
    in_progress_key_prefix,
    job_key_prefix,
    result_key_prefix,
    retry_key_prefix,
)

from shared.inbound import InboundMessage
from shared.lane import Lane

ANSWER = "answer"
"""The name of the one arq function: a message's job calls it."""

FAR_FUTURE_MS = 4_102_444_800_000
"""2100-01-01: arq takes a job with this score for deferred and never reads it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Key names under one prefix (`REDIS_PREFIX`); ids and numbers only, never text or secrets."""

    prefix: str = "campfire"

    @property
    def queue(self) -> str:
        """arq's zset: job id → ms at which it may start."""
        plain = self.prefix == "campfire"
        return default_queue_name if plain else f"{default_queue_name}:{self.prefix}"

    @property
    def health(self) -> str:
        """arq's line of counters, for which `arq --check` looks; lives as long as the lease."""
        return self.queue + health_check_key_suffix

    def job_id(self, message: InboundMessage) -> str:
        """The arq job id of a message: readable, and unique over every deployment in one Redis."""
        return f"{self.prefix}:{message.bot_id}:{message.room_id}:{message.message_id}"

    def job(self, job_id: str) -> str:
        """arq's record of a job that has not finished."""
        return job_key_prefix + job_id

    def in_progress(self, job_id: str) -> str:
        """arq's mark of a job that runs; ours lives as long as its lease."""
        return in_progress_key_prefix + job_id

    def retry(self, job_id: str) -> str:
        """arq's count of starts."""
        return retry_key_prefix + job_id

    def result(self, job_id: str) -> str:
        """arq's record of a job that has finished."""
        return result_key_prefix + job_id

    def seen(self, message: InboundMessage) -> str:
        """Set for a week once a message is accepted or refused: a second one changes nothing."""
        return f"{self.prefix}:seen:{message.bot_id}:{message.message_id}"

    def hops(self, room_id: int) -> str:
        """How often bots have answered bots in a room since a person spoke to one there."""
        return f"{self.prefix}:hops:{room_id}"

    def bot_rate(self, message: InboundMessage) -> str:
        """How often this bot heard this other bot, within the hour that its first message began."""
        return f"{self.prefix}:bot-rate:{message.bot_id}:{message.user_id}"

    @property
    def foreign_bots(self) -> str:
        """Set of user ids of bots that are not ours, known since one of ours met them."""
        return f"{self.prefix}:foreign-bots"

    @property
    def mentions(self) -> str:
        """Hash: user id → JSON of the signed id by which Campfire mentions that user."""
        return f"{self.prefix}:mentions"

    def lane(self, lane: Lane) -> str:
        """List of job ids in the order of acceptance; the head is the lane's turn."""
        return f"{self.lane_prefix}{lane}"

    @property
    def lane_prefix(self) -> str:
        """What every lane's key begins with."""
        return f"{self.prefix}:lane:"

    def message(self, job_id: str) -> str:
        """Hash: the message, its attempts, its fencing token, and what was posted of its reply."""
        return f"{self.prefix}:message:{job_id}"

    def outcome(self, job_id: str) -> str:
        """How a message ended; kept a day for a run that repeats after a crash."""
        return f"{self.prefix}:outcome:{job_id}"

    def last_post(self, line: Lane) -> str:
        """Campfire's id of the newest answer to a message of this line. A line's own: what a
        control word was answered meanwhile stands after an answer whose post is unclear."""
        return f"{self.prefix}:last-post:{line}"

    def briefed(self, lane: Lane) -> str:
        """Hash: up to which of Campfire's message ids the agent was told what was said there."""
        return f"{self.briefed_prefix}{lane}"

    @property
    def briefed_prefix(self) -> str:
        """What the keys of `briefed` begin with."""
        return f"{self.prefix}:briefed:"

    def told(self, lane: Lane) -> str:
        """Set of people who were told that they have to wait, until the lane is empty."""
        return f"{self.prefix}:told:{lane}"

    def events(self, lane: Lane) -> str:
        """Stream of what happens in a lane, for its watchers; see shared.live_events.

        Control words stand in it too, whatever line they wait in.
        """
        return f"{self.prefix}:events:{lane.room_id}:{lane.bot_id}"

    @property
    def events_wake(self) -> str:
        """Stream of at most one entry: ends a wait for events when there is a new lane to watch."""
        return f"{self.prefix}:events-wake"

    @property
    def lanes(self) -> str:
        """Set of lanes that hold a message."""
        return f"{self.prefix}:lanes"

    @property
    def rooms(self) -> str:
        """Zset of the lanes that were used last: lane → ms of its newest message."""
        return f"{self.prefix}:rooms"

    @property
    def room_names(self) -> str:
        """Hash: lane → its room's name as JSON, null in a ping."""
        return f"{self.prefix}:room-names"

    def first_accepted(self, room_id: int) -> str:
        """Campfire's id of the first message of this room that this Redis accepted; kept a month
        after its last. What lies before it may have been another Redis's, and answered."""
        return f"{self.prefix}:first-accepted:{room_id}"

    @property
    def control_lines(self) -> str:
        """Set of the lines in which control words wait, beside their lanes."""
        return f"{self.prefix}:control-lines"

    @property
    def wake(self) -> str:
        """List of at most one element: the consumer blocks on it instead of polling."""
        return f"{self.prefix}:wake"

    @property
    def control(self) -> str:
        """List of operators' orders as JSON: what concerns no lane, or must not wait in it."""
        return f"{self.prefix}:control"

    @property
    def token(self) -> str:
        """Counter of fencing tokens."""
        return f"{self.prefix}:token"

    @property
    def running(self) -> str:
        """Set of the job ids that a consumer has claimed."""
        return f"{self.prefix}:running"

    @property
    def suspects(self) -> str:
        """List of job ids that ran when a consumer died: each runs alone next."""
        return f"{self.prefix}:suspects"

    @property
    def dead(self) -> str:
        """Zset of dead letters: job id → ms of its death."""
        return f"{self.prefix}:dead"

    def dead_message(self, job_id: str) -> str:
        """Hash: a dead letter's message, reason and attempts; kept until somebody decides."""
        return f"{self.prefix}:dead:{job_id}"

    @property
    def lease(self) -> str:
        """Who owns this queue; expires unless its consumer's heart beats."""
        return f"{self.prefix}:lease"

    @property
    def heartbeat(self) -> str:
        """JSON of the consumer's state; expires seconds after its heart stops."""
        return f"{self.prefix}:heartbeat"

    @property
    def ready_probe(self) -> str:
        """Written whenever somebody asks `/ready`: whether Redis takes writes."""
        return f"{self.prefix}:ready"

    @property
    def sessions(self) -> str:
        """JSON of the session manager's `stats()`, for `/session/stats`."""
        return f"{self.prefix}:sessions"

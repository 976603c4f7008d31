"""What is stored of a message until it has ended: the fields of its hash (`Keys.message`).

A dead letter keeps them (`Keys.dead_letter`). The Lua scripts write them under the same names.
"""

from enum import StrEnum


class Field(StrEnum):
    """A field's name. JSON unless it says otherwise."""

    LANE = "lane"
    """Text: the line in which it waits."""
    BODY = "body"
    """The InboundMessage."""
    NUMBER = "number"
    """Campfire's number of it; empty where it has none."""
    ACCEPTED = "accepted"
    """When it was accepted, ms since the epoch."""
    PERSON = "person"
    """Who wrote it: Campfire's id; empty where it is not known."""
    TOKEN = "token"  # noqa: S105 - a field's name
    """The fencing token of the claim; there only while it is claimed."""
    STARTS = "starts"
    """How often it was claimed."""
    BEGAN = "began"
    """When the first of the attempts that failed one after the other was claimed, ms."""
    FAILURES = "failures"
    """Attempts that ended in a failure which may pass."""
    CRASHES = "crashes"
    """How often a consumer died while it ran."""
    ALONE = "alone"
    """1 when nothing else ran at its last crash, else 0."""
    REPLY = "reply"
    """What the room will see: see consumer.outcome.outcome."""
    POSTED = "posted"
    """Campfire's ids of the parts that are in the room."""
    POSTING = "posting"
    """Whether a part was about to be posted, and nobody knows that it was."""
    BY_TOOLS = "by_tools"
    """What its turn's tools put into the room: see consumer.campfire_tools.acts.ledger."""
    STOPPING = "stopping"
    """Of a `stop`: the job ids that it found, and who had asked."""
    FORGOTTEN = "forgotten"
    """Of a `forget`: how many notes it took away."""
    REMINDER_GONE = "reminder_gone"
    """Of a `cancel reminder`: whether it took one away."""
    TRACES = "traces"
    """What its signs of life left in the room."""
    TIMELINE = "timeline"
    """What happened to it so far: see shared.operating.timeline."""
    OUTCOME = "outcome"
    """Of a dead letter alone: how it ended."""

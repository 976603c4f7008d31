"""How late a time is whose turn has come, and what the room is told of it. Pure.

Its age counts from when it was due: MESSAGE_MAX_AGE_MINUTES is for what people say.
"""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from consumer.local_time import zone_in_words
from consumer.names import name_html
from consumer.on_time.wall import clock_in
from shared.catalogue import Catalogue
from shared.inbound import Firing, InboundMessage

LATE_MS = 60_000
"""Times are told to the minute: less is no lateness."""
MISSED_MS = 3_600_000

Lateness = Literal["on time", "late", "missed"]


def lateness(message: InboundMessage, now: datetime) -> Lateness:
    """Whether a firing's message is on time."""
    late_ms = now.timestamp() * 1000 - message.accepted_ms
    if late_ms >= MISSED_MS:
        return "missed"
    return "late" if late_ms >= LATE_MS else "on time"


def said_late(message: InboundMessage, now: datetime, sentences: Catalogue) -> str:
    """What is said beside an answer that comes late; empty where it is on time, or no firing."""
    firing = message.firing
    if firing is None or lateness(message, now) != "late":
        return ""
    at = _time(message.accepted_ms, firing)
    return sentences.say("on_time.late", when=clock_in(at, now), zone=zone_in_words(at))


def said_missed(message: InboundMessage, person: str, now: datetime, sentences: Catalogue) -> str:
    """What the room is told, as HTML, of a firing that is not done any more; `person` is HTML."""
    firing = message.firing or Firing(zone="UTC")
    first, last = (_time(ms, firing) for ms in (firing.since_ms, message.accepted_ms))
    what = "reminder" if (message.about or "").startswith("reminder") else "schedule"
    key = "many" if firing.times > 1 else what
    return sentences.say(
        f"on_time.missed.{key}",
        what=name_html((message.about or "").partition(" ")[2], sentences),
        person=person,
        words=name_html(message.text, sentences),
        count=firing.times,
        first=clock_in(first, now),
        when=clock_in(last, now),
        zone=zone_in_words(last),
    )


def _time(at_ms: int | None, firing: Firing) -> datetime:
    return datetime.fromtimestamp((at_ms or 0) / 1000, ZoneInfo(firing.zone))

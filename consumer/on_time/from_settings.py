"""Builds what is done on time."""

from dataclasses import dataclass

from consumer.foundation import Foundation
from consumer.local_time import zone_name
from consumer.on_time.clock import Clock
from consumer.on_time.reminders import Reminders
from consumer.on_time.reminding import Reminding
from shared.on_time import Zones


@dataclass(frozen=True, slots=True)
class OnTimeParts:
    """What lets it in, what posts it, what people set, and in whose zone."""

    clock: Clock
    reminding: Reminding
    reminders: Reminders
    zones: Zones


def on_time_from_settings(base: Foundation) -> OnTimeParts:
    """The parts."""
    zone = zone_name(base.now().tzinfo)
    member = base.queue.member
    return OnTimeParts(
        Clock(
            *(base.redis, base.keys, member.me, base.roster, zone),
            audit=base.audit,
            is_first=lambda: member.is_first,
        ),
        Reminding(base.mentions, base.sentences, base.now, base.audit),
        Reminders(base.redis, base.keys),
        Zones(base.redis, base.keys, zone),
    )

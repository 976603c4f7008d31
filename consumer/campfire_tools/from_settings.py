"""Builds what happens in the rooms while turns run: signs of life, and what agents do there."""

from dataclasses import dataclass

from consumer.campfire_tools.acts.acting import Acting
from consumer.campfire_tools.boosting import Boosting
from consumer.campfire_tools.looking.reading_tools import reading_tools
from consumer.campfire_tools.noting import Noting
from consumer.campfire_tools.posting import Posting
from consumer.campfire_tools.remind import Remind
from consumer.campfire_tools.toolbox import CampfireTools
from consumer.foundation import Foundation
from consumer.notes.notes import Notes
from consumer.on_time.from_settings import OnTimeParts, on_time_from_settings
from consumer.progress.from_settings import ProgressParts, progress_from_settings


@dataclass(frozen=True, slots=True)
class RoomParts:
    """A tool's message and the signs of its turn know of each other."""

    progress: ProgressParts
    acting: Acting
    on_time: OnTimeParts


def room_from_settings(base: Foundation) -> RoomParts:
    """The parts."""
    progress = progress_from_settings(base)
    make_way = progress.signs_of_life.make_way
    lanes, boost_ids = base.queue.lanes, progress.boost_ids
    acting = Acting(base.campfire, lanes, boost_ids, make_way, base.sentences)
    return RoomParts(progress, acting, on_time_from_settings(base))


def campfire_toolbox(base: Foundation, room: RoomParts) -> CampfireTools:
    """The toolbox "campfire"."""
    return CampfireTools(
        base.campfire,
        reading_tools(base.campfire, base.now),
        Posting(room.acting, base.campfire, base.mentions).grants,
        Boosting(room.acting).grants,
        Noting(room.acting, Notes(base.redis, base.keys), base.now).grants,
        Remind(room.acting, room.on_time.reminders, room.on_time.zones, base.now).grants,
    )

"""Builds what happens in the rooms while turns run: signs of life, and what agents do there."""

from dataclasses import dataclass

from consumer.campfire_tools.acts.acting import Acting
from consumer.campfire_tools.boosting import Boosting
from consumer.campfire_tools.looking.reading_tools import reading_tools
from consumer.campfire_tools.noting import Noting
from consumer.campfire_tools.posting import Posting
from consumer.campfire_tools.toolbox import CampfireTools
from consumer.foundation import Foundation
from consumer.notes.notes import Notes
from consumer.progress.from_settings import ProgressParts, progress_from_settings


@dataclass(frozen=True, slots=True)
class RoomParts:
    """A tool's message and the signs of its turn know of each other."""

    progress: ProgressParts
    acting: Acting


def room_from_settings(base: Foundation) -> RoomParts:
    """The parts."""
    progress = progress_from_settings(base)
    make_way = progress.signs_of_life.make_way
    lanes, boost_ids = base.queue.lanes, progress.boost_ids
    return RoomParts(progress, Acting(base.campfire, lanes, boost_ids, make_way, base.sentences))


def campfire_toolbox(base: Foundation, room: RoomParts) -> CampfireTools:
    """The toolbox "campfire"."""
    return CampfireTools(
        base.campfire,
        reading_tools(base.campfire, base.now),
        Posting(room.acting, base.campfire, base.mentions).grants,
        Boosting(room.acting).grants,
        Noting(room.acting, Notes(base.redis, base.keys), base.now).grants,
    )

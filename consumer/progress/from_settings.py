"""Builds the signs of life as the settings want them shown."""

from dataclasses import dataclass

from consumer.foundation import Foundation
from consumer.progress.left_signs import LeftSigns
from consumer.progress.marks.boost_ids import BoostIds
from consumer.progress.signs_of_life import Rule, SignsOfLife
from consumer.progress.waiting_signs import WaitingSigns
from consumer.progress.will_refuse import WillRefuse
from consumer.queue.waiting.who_waits import WaitingRoom


@dataclass(frozen=True, slots=True)
class ProgressParts:
    """Signs on messages whose turn runs, on those that wait, and on those that have ended."""

    signs_of_life: SignsOfLife
    waiting_signs: WaitingSigns
    left_signs: LeftSigns
    boost_ids: BoostIds


def progress_from_settings(base: Foundation) -> ProgressParts:
    """The parts; those for ended messages are told of each."""
    rule = Rule(progress=base.settings.progress, rooms=base.settings.progress_rooms or {})
    boost_ids = BoostIds(base.redis, base.keys)
    campfire, lanes, sentences = base.campfire, base.queue.lanes, base.sentences
    signs_of_life = SignsOfLife(campfire, lanes, base.roster, rule, sentences, boost_ids)
    waiting_signs = WaitingSigns(
        *(campfire, lanes, signs_of_life.wants, sentences, boost_ids),
        WillRefuse(WaitingRoom(base.redis, base.keys), base.roster),
        clock=lanes.time.now_s,
    )
    left_signs = LeftSigns(campfire, base.redis, base.keys, boost_ids)
    lanes.on_signs_left = left_signs.look
    return ProgressParts(signs_of_life, waiting_signs, left_signs, boost_ids)

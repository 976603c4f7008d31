"""Builds the catch-up as the settings say."""

from consumer.catch_up.answered import Answered
from consumer.catch_up.catch_up import CatchUp
from consumer.catch_up.elsewhere import Elsewhere
from consumer.catch_up.known_rooms import KnownRooms
from consumer.foundation import Foundation
from shared.acceptance.queue import RedisQueue
from shared.between_processes.commands import CatchUp as CatchUpCommand
from shared.between_processes.commands import send_once
from shared.redis.outages import despite_outages


def answered_from_settings(base: Foundation) -> Answered:
    """What this machine knows to have had its outcome; told of each that has it here."""
    file = base.settings.data_dir / f"answered-{base.settings.redis_prefix}.json"
    elsewhere = Elsewhere(base.redis, base.keys) if base.queue.member.shared else None
    answered = Answered(file, base.redis, base.keys, elsewhere)
    base.queue.lanes.on_settled(answered.settled)
    return answered


def catch_up_from_settings(base: Foundation, answered: Answered) -> CatchUp:
    """What looks for messages that never reached us; woken by trouble with Campfire too."""
    member = base.queue.member

    async def pass_on() -> None:
        await despite_outages(
            "catch_up", send_once, base.redis, base.keys, CatchUpCommand(asked_by=member.name)
        )

    catch_up = CatchUp(
        base.campfire,
        KnownRooms(base.redis, base.keys),
        RedisQueue(base.redis, base.keys, replicas=base.settings.redis_wait_replicas),
        answered,
        base.roster,
        is_first=lambda: member.is_first,
        pass_on=pass_on,
        max_age_s=base.settings.message_max_age_minutes * 60,
        clock=base.queue.lanes.time.now_s,
    )
    base.campfire.on_trouble(catch_up.troubled)
    return catch_up

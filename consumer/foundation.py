"""What the service's rooms are built upon: Redis, Campfire, the queue, who our bots are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from redis.asyncio import Redis

from consumer.approvals.parts import ApprovalParts, approval_parts
from consumer.campfire.client import Campfire
from consumer.knowledge.folders import KnowledgeFolders
from consumer.knowledge.from_settings import knowledge_from_settings
from consumer.local_time import local_zone
from consumer.mentions.book import MentionBook
from consumer.queue.from_settings import QueueParts, queue_from_settings
from consumer.settings import ConsumerSettings
from shared.audit import AuditTrail
from shared.bots import Roster
from shared.catalogue import Catalogue
from shared.keys import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """Handed to the rooms' `from_settings.py`; each takes from it what its parts need."""

    settings: ConsumerSettings
    roster: Roster
    redis: Redis
    keys: Keys
    campfire: Campfire
    queue: QueueParts
    audit: AuditTrail
    approvals: ApprovalParts
    mentions: MentionBook
    knowledge: KnowledgeFolders
    sentences: Catalogue
    now: Callable[[], datetime]
    """In the zone of `TZ`, by Redis' clock: a message is as old for each consumer."""


def foundation(
    settings: ConsumerSettings, roster: Roster, redis: Redis, campfire: Campfire
) -> Foundation:
    """What all rooms are built on; nothing of it is connected or started yet."""
    keys = Keys(settings.redis_prefix)
    mentions = MentionBook(redis, keys, shared=settings.session_store == "redis")
    campfire.on_read = mentions.read
    queue, zone = queue_from_settings(settings, redis), local_zone(settings.tz)
    time = queue.lanes.time

    def now() -> datetime:
        return time.now().astimezone(zone)

    audit = AuditTrail(redis, keys, settings.audit_entries)
    sentences = settings.sentences
    return Foundation(
        settings=settings,
        roster=roster,
        redis=redis,
        keys=keys,
        campfire=campfire,
        queue=queue,
        audit=audit,
        approvals=approval_parts(
            *(redis, keys, queue.lease.me, roster), sentences, mentions.names, now, time, audit
        ),
        mentions=mentions,
        knowledge=knowledge_from_settings(settings, roster),
        sentences=sentences,
        now=now,
    )

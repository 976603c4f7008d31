"""Builds the parts of approvals, and wires them to each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from redis.asyncio import Redis

from consumer.approvals.approvals import Approvals
from consumer.approvals.keeper import RequestKeeper
from consumer.approvals.people import PeopleHeard
from consumer.approvals.request_store import RequestStore
from consumer.approvals.request_texts import RequestTexts
from shared.audit import Audit
from shared.bots import Roster
from shared.catalogue import Catalogue
from shared.clocks.redis_time import RedisTime
from shared.keys import Keys


@dataclass(frozen=True, slots=True)
class ApprovalParts:
    """What one consumer asks people with, hears their answers by, and ends old requests with."""

    approvals: Approvals
    """What the hook asks."""
    store: RequestStore
    texts: RequestTexts
    people: PeopleHeard
    keeper: RequestKeeper


def approval_parts(
    redis: Redis,
    keys: Keys,
    me: str,
    roster: Roster,
    sentences: Catalogue,
    names: Callable[[], Mapping[int, str]],
    now: Callable[[], datetime],
    time: RedisTime,
    audit: Audit,
) -> ApprovalParts:
    """`me`: this consumer's id in the lease; `names`: what people are called, by mentions."""
    store = RequestStore(redis, keys, me, time.now_ms)
    people = PeopleHeard(names)
    texts = RequestTexts(sentences, people.names, now)
    keeper = RequestKeeper(store, roster)
    return ApprovalParts(Approvals(store, audit), store, texts, people, keeper)

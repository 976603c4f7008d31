"""Builds the queue's parts as the settings say."""

from collections.abc import Callable
from dataclasses import dataclass

from redis.asyncio import Redis

from consumer.queue.cancellation.cancelling import Cancelling
from consumer.queue.claim import AnswerClaim
from consumer.queue.homes import Homes
from consumer.queue.lanes import Lanes
from consumer.queue.ownership.heartbeat import Heart
from consumer.queue.ownership.lease import Lease
from consumer.queue.ownership.lock_file import LockFile
from consumer.queue.ownership.membership import Membership, kept_name
from consumer.queue.repairing.repairs import Repairs
from consumer.queue.tally import Tally
from consumer.queue.wakeup import WakeUp
from consumer.queue.worker import LaneWorker
from consumer.settings import ConsumerSettings
from shared.between_processes.heartbeat import Heartbeat
from shared.keys import Keys


@dataclass(frozen=True, slots=True)
class QueueParts:
    """What other rooms know of the queue; the worker and the heart are built around them."""

    member: Membership
    homes: Homes
    lease: Lease
    lanes: Lanes
    repairs: Repairs
    wakeup: WakeUp
    cancelling: Cancelling


def queue_from_settings(settings: ConsumerSettings, redis: Redis) -> QueueParts:
    """The parts, of which none has asked Redis for anything yet."""
    keys, lease_ms = Keys(settings.redis_prefix), _lease_ms(settings)
    member = _member(settings)
    lease = Lease(redis, keys, member, lease_ms=lease_ms, lock_file=_lock_file(settings))
    lanes = Lanes(redis, keys, lease.me, lease_ms=lease_ms, has_homes=member.shared)
    return QueueParts(
        member,
        Homes(redis, keys, member),
        lease,
        lanes,
        Repairs(redis, keys, lease.me, lease_ms=lease_ms),
        WakeUp(redis, keys, member),
        Cancelling(lanes),
    )


def _member(settings: ConsumerSettings) -> Membership:
    name = settings.member or kept_name(settings.data_dir / "member")
    return Membership(name, shared=settings.session_store == "redis")


def _lock_file(settings: ConsumerSettings) -> LockFile:
    """A name's own: who finds it free knows that this name's last process is dead."""
    of_name = f"-{settings.member}" if settings.member else ""
    return LockFile(settings.data_dir / f"consumer-{settings.redis_prefix}{of_name}.lock")


def worker_from_settings(
    settings: ConsumerSettings, queue: QueueParts, answer: AnswerClaim
) -> LaneWorker:
    """The worker that has claimed messages answered."""
    return LaneWorker(
        Keys(settings.redis_prefix),
        queue.lanes,
        queue.repairs,
        queue.wakeup,
        queue.cancelling.watched(answer),
        most_turns=settings.max_turns_at_once,
    )


def heart_from_settings(
    settings: ConsumerSettings,
    queue: QueueParts,
    worker: LaneWorker,
    state: Callable[[], Heartbeat],
) -> Heart:
    """The heart of the consumer that holds the lease; `state` is its sign of life."""
    tally = Tally(ongoing=lambda: worker.busy)
    queue.lanes.on_settled(lambda _, ending: tally.settled(ending))
    queue.lanes.on_postponed = tally.postponed
    return Heart(
        settings.redis_url,
        Keys(settings.redis_prefix),
        queue.member,
        lease_ms=_lease_ms(settings),
        stuck_after_s=settings.stuck_after_seconds,
        state=lambda: state().wire(),
        tally=tally.line,
    )


def _lease_ms(settings: ConsumerSettings) -> int:
    return round(settings.lease_seconds * 1000)

"""Parts that are built from the settings alone."""

from collections.abc import Callable

from redis.asyncio import Redis

from consumer.campfire.client import Campfire
from consumer.catch_up.answered import Answered
from consumer.catch_up.catch_up import CatchUp
from consumer.catch_up.known_rooms import KnownRooms
from consumer.contacts.model import ModelContact
from consumer.messages_api import MessagesApi
from consumer.outbox.outbox import Bounds
from consumer.queue.lanes import Lanes
from consumer.queue.ownership.heartbeat import Heart
from consumer.queue.tally import Tally
from consumer.queue.worker import LaneWorker
from consumer.settings import ConsumerSettings
from consumer.turn.agent import Agent
from shared.acceptance.queue import RedisQueue
from shared.bots import DEFAULT_MODEL, Roster
from shared.exchange.heartbeat import Heartbeat
from shared.keys import Keys


def answered(settings: ConsumerSettings, redis: Redis) -> Answered:
    """What this machine knows to have had its outcome."""
    file = settings.data_dir / f"answered-{settings.redis_prefix}.json"
    return Answered(file, redis, Keys(settings.redis_prefix))


def catching_up(
    settings: ConsumerSettings,
    roster: Roster,
    redis: Redis,
    campfire: Campfire,
    answered: Answered,
) -> CatchUp:
    """What looks for messages that never reached us; woken by trouble with Campfire too."""
    keys = Keys(settings.redis_prefix)
    catch_up = CatchUp(
        campfire,
        KnownRooms(redis, keys),
        RedisQueue(redis, keys),
        answered,
        roster,
        max_age_s=settings.message_max_age_minutes * 60,
    )
    campfire.on_trouble(catch_up.troubled)
    return catch_up


def heart(
    settings: ConsumerSettings,
    me: str,
    worker: LaneWorker,
    lanes: Lanes,
    state: Callable[[], Heartbeat],
) -> Heart:
    """The heart of the consumer `me`; `state` is its sign of life."""
    tally = Tally(ongoing=lambda: worker.busy)
    lanes.on_settled(tally.settled)
    lanes.on_postponed = tally.postponed
    return Heart(
        settings.redis_url,
        Keys(settings.redis_prefix),
        me,
        lease_ms=round(settings.lease_seconds * 1000),
        stuck_after_s=settings.stuck_after_seconds,
        state=lambda: state().wire(),
        tally=tally.line,
    )


def model_contact(settings: ConsumerSettings, agent: Agent, roster: Roster) -> ModelContact:
    """The agent, watched for whether its model answers."""
    models = sorted(bot.model for bot in roster.taking_part)
    return ModelContact(agent, messages_api(settings), models[0] if models else DEFAULT_MODEL)


def messages_api(settings: ConsumerSettings) -> MessagesApi:
    """Where the agents' models are, outside of any turn."""
    base_url = str(settings.anthropic_base_url) if settings.anthropic_base_url else None
    return MessagesApi(base_url, settings.anthropic_api_key.get_secret_value())


def outbox_bounds(settings: ConsumerSettings) -> Bounds:
    """What one answer may bring of files."""
    return Bounds(
        files=settings.outbox_max_files,
        size=round(settings.outbox_file_mb * 1e6),
        total=round(settings.outbox_total_mb * 1e6),
    )

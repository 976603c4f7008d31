"""The bots: their files, keys, webhooks, tools, and what they did today."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from redis.asyncio import Redis

from shared.between_processes.service_status import ServiceStatus
from shared.bots import Bot
from shared.keys import Keys
from shared.operating.bots import BotRow, Refusal
from shared.operating.now import Day
from shared.operating.pauses import Pause, pauses
from shared.operating.reading.days import day_of, utc_day
from shared.operating.reading.members import status_of_all
from shared.redis import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of all bots."""

    status: ServiceStatus | None
    """None: no consumer tells any."""
    taking_part: Collection[str]
    delivered: Mapping[str, int]
    refused: Mapping[str, Refusal]
    pauses: Mapping[str | None, Pause]
    days: Mapping[str | None, Day]


async def read_bots(
    redis: Redis, keys: Keys, bots: Iterable[Bot], with_key: Iterable[str]
) -> tuple[BotRow, ...]:
    """One row each; `with_key`: the ids of those that take part. Raises RedisError."""
    known = await _known(redis, keys, with_key)
    return tuple(_row(bot, known) for bot in bots)


async def _known(redis: Redis, keys: Keys, with_key: Iterable[str]) -> _Known:
    pipe = redis.pipeline(transaction=False)
    pipe.hgetall(keys.deliveries)
    pipe.hgetall(keys.refusals)
    pipe.time()
    delivered, refused, told = await pipe.execute()
    status = await status_of_all(redis, keys)
    standing = await pauses(redis, keys)
    _, days = await day_of(redis, keys, utc_day(clock.in_ms(told)))
    return _Known(
        status=status,
        taking_part=set(with_key),
        delivered={bot.decode(): int(at) for bot, at in delivered.items()},
        refused={bot.decode(): Refusal.model_validate_json(it) for bot, it in refused.items()},
        pauses={pause.scope.bot_id: pause for pause in standing},
        days={day.bot_id: day for day in days},
    )


def _row(bot: Bot, known: _Known) -> BotRow:
    status = known.status or ServiceStatus()
    return BotRow(
        bot_id=bot.id,
        name=bot.name,
        is_told=known.status is not None,
        takes_part=bot.id in known.taking_part,
        file_errors=status.broken_bot_files.get(bot.id, ()),
        key_refused=bot.id in status.refused_keys,
        delivered_ms=known.delivered.get(bot.id),
        refused=known.refused.get(bot.id),
        model=bot.model,
        tools=(*bot.built_in, *bot.toolboxes),
        servers=tuple(it for it in status.servers if it.bot_id == bot.id),
        knowledge=next((it for it in status.knowledge if it.bot_id == bot.id), None),
        calls=tuple(it for it in status.tools if it.bot_id == bot.id),
        pause=known.pauses.get(bot.id),
        today=known.days.get(bot.id, Day(bot_id=bot.id)),
    )

"""The bots: their files, keys, webhooks, tools, and what they did today."""

from collections.abc import Iterable

from redis.asyncio import Redis

from shared.between_processes.service_status import ServiceStatus
from shared.bots import Bot
from shared.keys import Keys
from shared.operating.bots import BotRow, Refusal
from shared.operating.now import Day
from shared.operating.pauses import pauses
from shared.operating.reading.days import day_of, utc_day
from shared.operating.reading.members import status_of_all
from shared.redis import clock


async def read_bots(
    redis: Redis, keys: Keys, bots: Iterable[Bot], with_key: Iterable[str]
) -> tuple[BotRow, ...]:
    """One row each; `with_key`: the ids of those that take part. Raises RedisError."""
    pipe = redis.pipeline(transaction=False)
    pipe.hgetall(keys.deliveries)
    pipe.hgetall(keys.refusals)
    pipe.time()
    delivered, refused, told = await pipe.execute()
    told_by_all = await status_of_all(redis, keys)
    status = told_by_all or ServiceStatus()
    taken = {bot.decode(): int(at) for bot, at in delivered.items()}
    turned_away = {bot.decode(): Refusal.model_validate_json(it) for bot, it in refused.items()}
    held = {pause.scope.bot_id: pause for pause in await pauses(redis, keys)}
    today = utc_day(clock.in_ms(told))
    days = {day.bot_id: day for day in (await day_of(redis, keys, today))[1]}
    taking_part = set(with_key)
    return tuple(
        BotRow(
            bot_id=bot.id,
            name=bot.name,
            is_told=told_by_all is not None,
            takes_part=bot.id in taking_part,
            file_errors=status.broken_bot_files.get(bot.id, ()),
            key_refused=bot.id in status.refused_keys,
            delivered_ms=taken.get(bot.id),
            refused=turned_away.get(bot.id),
            model=bot.model,
            tools=(*bot.built_in, *bot.toolboxes),
            servers=tuple(it for it in status.servers if it.bot_id == bot.id),
            knowledge=next((it for it in status.knowledge if it.bot_id == bot.id), None),
            calls=tuple(it for it in status.tools if it.bot_id == bot.id),
            pause=held.get(bot.id),
            today=days.get(bot.id, Day(bot_id=bot.id)),
        )
        for bot in bots
    )
